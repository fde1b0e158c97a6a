package com.messente.verigator.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.messente.verigator.Service;
import com.messente.verigator.User;
import com.messente.verigator.Verigator;
import com.messente.verigator.exceptions.ErrorKind;
import com.messente.verigator.exceptions.InvalidDataException;
import com.messente.verigator.exceptions.NoSuchResourceException;
import com.messente.verigator.exceptions.ResourceAlreadyExists;
import com.messente.verigator.exceptions.VerigatorException;
import com.messente.verigator.exceptions.VerigatorInternalError;
import com.messente.verigator.exceptions.WrongCredentialsException;
import com.messente.verigator.serializers.AuthenticationResponse;
import com.messente.verigator.serializers.VerificationResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoginTest {
    /** Makes host names and phone numbers that nobody has yet. */
    private static final AtomicInteger NUMBERS = new AtomicInteger(5550000);

    private static Server server;
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private Verigator verigator;
    private Service service;

    @BeforeAll
    static void start() {
        server = new Server();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @BeforeEach
    void open() throws Exception {
        verigator =
                server.builder()
                        .maxRetryWait(Duration.ofMillis(1))
                        .log(System.Logger.Level.DEBUG, (level, line) -> log.add(level + line))
                        .build();
        service = verigator.createService("Näide 🙂", NUMBERS.incrementAndGet() + ".example.com");
    }

    @AfterEach
    void close() throws Exception {
        server.put("/_/chaos", "[]");
        verigator.close();
    }

    private static String phoneNumber() {
        return "+372" + NUMBERS.incrementAndGet();
    }

    private User register(String name) throws VerigatorException {
        return service.registerUser(name, phoneNumber());
    }

    @Test
    void theRightPinIsAYesOnce() throws Exception {
        User user = register("kaisa@example.com");
        AuthenticationResponse authentication = user.authenticateUsingSMS();
        assertEquals("sms", authentication.getMethod());
        assertNotNull(authentication.getAuthId());
        String pin = server.pin(user);
        VerificationResponse yes = user.verifyPin(pin, authentication);
        assertTrue(yes.isVerified());
        assertEquals("sms", yes.getMethod());
        assertFalse(yes.getStatus().isInvalid());
        VerificationResponse again = user.verifyPin(pin);
        assertFalse(again.isVerified());
        assertTrue(again.getStatus().isInvalid());
        assertEquals("INVALID", again.getStatus().getResult());
    }

    @Test
    void aWrongPinIsANoAndSaysWhy() throws Exception {
        User user = register("mari@example.com");
        user.authenticateUsingTotp();
        VerificationResponse no = user.verifyPin(Server.wrong(server.pin(user)));
        assertFalse(no.isVerified());
        assertTrue(no.getStatus().isInvalid());
        assertFalse(no.getStatus().isExpired());
        assertFalse(no.getStatus().isThrottled());
        server.put("/_/clock", "{\"advance\": 301}");
        assertTrue(user.verifyPin(server.pin(user)).getStatus().isExpired());
    }

    @Test
    void aUserWithoutAnAppFallsBackToSms() throws Exception {
        User user = register("jaan@example.com");
        AuthenticationResponse authentication = user.authenticateUsingTotp();
        assertEquals(user.AUTHENTICATION_METHOD_SMS, authentication.getMethod());
        assertTrue(user.verifyPin(server.pin(user)).isVerified());
    }

    @Test
    void aStoredAuthenticationCanBeVerifiedLater() throws Exception {
        User user = register("liis@example.com");
        String authId = user.authenticate("sms").getAuthId();
        String pin = server.pin(user);
        AuthenticationResponse other = new AuthenticationResponse("sms", "another");
        assertFalse(user.verifyPin(pin, other).isVerified());
        AuthenticationResponse stored = new AuthenticationResponse("sms", authId);
        User sameUser = new User(new Service(service.getServiceId(), verigator), user.getId());
        assertTrue(sameUser.verifyPin(pin, stored).isVerified());
    }

    @Test
    void servicesAndUsersAreReadListedAndDeleted() throws Exception {
        Service same = verigator.getService(service.getServiceId());
        assertEquals("Näide 🙂", same.getName());
        assertEquals(service.getCtime(), same.getCtime());
        User user = register("Õie 名前 🙂");
        User sameUser = same.getUser(user.getId());
        assertEquals("Õie 名前 🙂", sameUser.getUsername());
        assertEquals(user.getCtime(), sameUser.getCtime());
        assertSame(same, sameUser.getService());
        User[] users = same.getUsers();
        assertEquals(1, users.length);
        assertEquals(user.getId(), users[0].getId());
        assertEquals(user.getUsername(), users[0].getUsername());
        assertSame(same, users[0].getService());
        assertEquals(1, same.listUsers().getTotal());
        user.delete();
        assertEquals(0, same.getUsers().length);
        assertThrows(NoSuchResourceException.class, user::authenticateUsingSMS);
        same.delete(service.getServiceId());
        assertThrows(NoSuchResourceException.class, service::getUsers);
        assertThrows(NoSuchResourceException.class, service::delete);
    }

    @Test
    void eachRefusalHasItsException() throws Exception {
        NoSuchResourceException missing =
                assertThrows(
                        NoSuchResourceException.class, () -> verigator.getService("no-service"));
        assertEquals(404, missing.getHttpStatus());
        assertEquals("NOT_FOUND", missing.getStatusName());
        assertEquals(ErrorKind.SERVICE, missing.getKind());
        assertNotNull(missing.getServiceMessage());
        assertNotNull(missing.getRequestId());
        assertTrue(new String(missing.getBody(), "UTF-8").contains(missing.getServiceMessage()));
        assertThrows(InvalidDataException.class, () -> service.registerUser("a", "no number"));
        register("twice@example.com");
        assertThrows(ResourceAlreadyExists.class, () -> register("twice@example.com"));
        try (Verigator stranger = new Verigator("demo", "wr0ng-password", server.url(), "v1")) {
            WrongCredentialsException wrong =
                    assertThrows(
                            WrongCredentialsException.class,
                            () -> stranger.createService("name", "fqdn.example"));
            assertFalse(wrong.toString().contains("wr0ng-password"));
        }
    }

    @Test
    void aTroubledServiceIsToldAndReadingIsRepeated() throws Exception {
        server.put("/_/chaos", "[{\"operation\": \"get-service\", \"status\": 503, \"times\": 1}]");
        verigator.getService(service.getServiceId());
        server.put(
                "/_/chaos",
                "[{\"operation\": \"start-authentication\", \"status\": 429,"
                        + " \"retry-after\": 7}]");
        VerigatorInternalError busy =
                assertThrows(
                        VerigatorInternalError.class,
                        () -> register("busy@example.com").authenticateUsingSMS());
        assertEquals(429, busy.getStatus());
        assertEquals(Duration.ofSeconds(7), busy.getRetryAfter());
        server.put("/_/chaos", "[{\"operation\": \"verify-pin\", \"body\": \"{}\"}]");
        User user = register("odd@example.com");
        user.authenticateUsingSMS();
        VerigatorException odd =
                assertThrows(VerigatorInternalError.class, () -> user.verifyPin("123456"));
        assertEquals(ErrorKind.PROTOCOL, odd.getKind());
    }

    @Test
    void aDeadlineEndsACall() throws Exception {
        server.put("/_/chaos", "[{\"operation\": \"get-service\", \"delay\": 60000}]");
        try (Verigator hasty = server.builder().timeout(Duration.ofMillis(50)).build()) {
            VerigatorInternalError late =
                    assertThrows(VerigatorInternalError.class, () -> hasty.getService("s1"));
            assertEquals(ErrorKind.TIMEOUT, late.getKind());
            assertEquals(0, late.getHttpStatus());
            assertNull(late.getBody());
        }
    }

    @Test
    void everyCallHasATwinThatReturnsAtOnce() throws Exception {
        Service made = verigator.createServiceAsync("Twin", "twin.example.com").get();
        Service service = Service.getAsync(verigator, made.getServiceId()).get();
        assertEquals("Twin", verigator.getServiceAsync(made.getServiceId()).get().getName());
        User user = service.registerUserAsync("twin@example.com", "+3725555555").get();
        assertEquals(user.getId(), service.getUserAsync(user.getId()).get().getId());
        assertEquals(1, service.getUsersAsync().get().length);
        assertEquals(1, service.listUsersAsync().get().getTotal());
        user.authenticateUsingTotpAsync().get();
        AuthenticationResponse sms = user.authenticateUsingSMSAsync().get();
        String pin = server.pin(user);
        assertTrue(user.verifyPinAsync(pin, sms).get().isVerified());
        assertFalse(user.verifyPinAsync(pin).get().isVerified());
        user.deleteAsync().get();
        service.deleteAsync().get();
        CompletableFuture<User[]> users = service.getUsersAsync();
        assertThrows(Exception.class, users::get);
        users.handle(
                        (none, failure) -> {
                            assertTrue(failure instanceof NoSuchResourceException);
                            return null;
                        })
                .get();
    }

    @Test
    void everyFutureHasItsOwnFailure() throws Exception {
        for (int pair = 0; pair < 20; pair++) {
            CompletableFuture<Service> missing = verigator.getServiceAsync("no-service");
            CompletableFuture<User> wrong = service.registerUserAsync("a", "no number");
            assertInstanceOf(NoSuchResourceException.class, failure(missing));
            assertInstanceOf(InvalidDataException.class, failure(wrong));
        }
    }

    private static Throwable failure(CompletableFuture<?> call) {
        return assertThrows(ExecutionException.class, call::get).getCause();
    }

    @Test
    void manyThreadsShareOneClient() throws Exception {
        List<CompletableFuture<User>> calls = new ArrayList<>();
        for (int index = 0; index < 32; index++) {
            calls.add(service.registerUserAsync("user" + index, phoneNumber()));
        }
        for (int index = 0; index < calls.size(); index++) {
            assertEquals("user" + index, calls.get(index).get().getUsername());
        }
        assertEquals(calls.size(), service.getUsers().length);
    }

    @Test
    void noLogLineHoldsASecret() throws Exception {
        User user = register("secret@example.com");
        user.authenticateUsingSMS();
        String pin = server.pin(user);
        user.verifyPin(pin);
        assertFalse(log.isEmpty());
        for (String line : log) {
            assertFalse(line.contains(pin) || line.contains(Server.PASSWORD), line);
        }
    }
}
