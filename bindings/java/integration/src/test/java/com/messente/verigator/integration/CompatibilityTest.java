package com.messente.verigator.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.messente.verigator.BuildVersion;
import com.messente.verigator.Service;
import com.messente.verigator.User;
import com.messente.verigator.Verigator;
import com.messente.verigator.VerigatorResponse;
import com.messente.verigator.exceptions.Helpers;
import com.messente.verigator.exceptions.InvalidDataException;
import com.messente.verigator.exceptions.InvalidInvocationError;
import com.messente.verigator.exceptions.NoSuchResourceException;
import com.messente.verigator.exceptions.ResourceAlreadyExists;
import com.messente.verigator.exceptions.ResourceForbiddenException;
import com.messente.verigator.exceptions.VerigatorException;
import com.messente.verigator.exceptions.VerigatorInternalError;
import com.messente.verigator.exceptions.WrongCredentialsException;
import com.messente.verigator.serializers.AuthenticationRequest;
import com.messente.verigator.serializers.AuthenticationResponse;
import com.messente.verigator.serializers.CreateServiceRequest;
import com.messente.verigator.serializers.GetUsersResponse;
import com.messente.verigator.serializers.RegisterUserRequest;
import com.messente.verigator.serializers.VerificationRequest;
import com.messente.verigator.serializers.VerificationResponse;
import org.junit.jupiter.api.Test;

/**
 * A program written for the official client compiles and runs: all that it makes public is used.
 */
class CompatibilityTest {
    /** A constructor declares no exception, so a field may be made by one. */
    private final Verigator unused = new Verigator("username", "password");

    @Test
    void aLogin() throws Exception {
        try (Server server = new Server()) {
            Verigator verigator =
                    new Verigator(Server.USERNAME, Server.PASSWORD, server.url() + "/v1");
            Service service = verigator.createService("Example", "www.example.com");
            String serviceId = service.getServiceId();
            service = Service.get(verigator, serviceId);
            service = verigator.getService(serviceId);
            String read = service.getName() + service.getCtime() + service;
            assertTrue(read.startsWith("Example20") && read.contains(serviceId));

            User user = service.registerUser("kaisa@example.com", "+3725555555");
            assertEquals("kaisa@example.com", user.getUsername());
            assertEquals(user.getCtime(), service.getUser(user.getId()).getCtime());
            assertEquals(user.toString(), service.getUsers()[0].toString());

            AuthenticationResponse started = user.authenticateUsingTotp();
            assertEquals("sms", started.getMethod());
            started = user.authenticateUsingSMS();
            assertEquals(user.AUTHENTICATION_METHOD_SMS, started.getMethod());
            assertEquals("totp", user.AUTHENTICATION_METHOD_TOTP);
            VerificationResponse answer = user.verifyPin(server.pin(user));
            assertTrue(answer.isVerified());

            User known = new User(new Service(serviceId, verigator), user.getId());
            known.setService(known.getService());
            known.delete();
            service.delete(serviceId);
        }
    }

    @Test
    void theHierarchyOfExceptions() {
        VerigatorException[] exceptions = {
            new VerigatorException("message"),
            new InvalidDataException("message"),
            new InvalidInvocationError("message"),
            new NoSuchResourceException("message"),
            new ResourceAlreadyExists("message"),
            new ResourceForbiddenException("message"),
            new VerigatorInternalError("message"),
            new WrongCredentialsException("message"),
        };
        for (Exception exception : exceptions) {
            assertEquals("message", exception.getMessage());
        }
        VerigatorException[] silent = {
            new VerigatorException(),
            new InvalidDataException(),
            new InvalidInvocationError(),
            new NoSuchResourceException(),
            new ResourceAlreadyExists(),
            new ResourceForbiddenException(),
            new VerigatorInternalError(),
            new WrongCredentialsException(),
        };
        for (Exception exception : silent) {
            assertEquals(null, exception.getMessage());
        }
        assertThrows(InvalidInvocationError.class, () -> unused.getService(""));
        assertThrows(InvalidInvocationError.class, () -> unused.createService(null, null));
    }

    /** Programs may extend what the official client lets them extend. */
    private static final class MyService extends Service {
        MyService(Verigator verigator) {
            super("s1", verigator);
            setApi(verigator);
        }
    }

    @Test
    void whatTestsOfProgramsMake() throws VerigatorException {
        VerificationResponse yes =
                new VerificationResponse() {
                    @Override
                    public boolean isVerified() {
                        return true;
                    }
                };
        assertTrue(yes.isVerified());
        assertFalse(new VerificationResponse().isVerified());
        assertEquals(null, new AuthenticationResponse().getMethod());
        assertEquals(0, new GetUsersResponse().getUsers().length);
        assertEquals("s1", new MyService(unused).getServiceId());
        assertEquals("1", new VerificationRequest("1").token);
        RegisterUserRequest registration = new RegisterUserRequest("+3725555555", "kaisa");
        assertEquals("kaisa+3725555555", registration.username + registration.phoneNumber);
        new AuthenticationRequest("sms");
        new CreateServiceRequest("name", "fqdn");
        VerigatorResponse response = new VerigatorResponse("body", 200);
        Helpers.validateCommon(response, response.getStatusCode());
        assertFalse(Helpers.isEmpty(response.getResponseBody()));
        assertFalse(BuildVersion.getBuildVersion().isEmpty());
        Verigator other = new Verigator("username", "password", "https://api.example", "v1");
        assertFalse(other.equals(unused));
    }
}
