package com.messente.verigator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.messente.verigator.exceptions.ErrorKind;
import com.messente.verigator.exceptions.InvalidInvocationError;
import com.messente.verigator.exceptions.VerigatorInternalError;
import com.messente.verigator.serializers.AuthenticationResponse;
import java.io.InputStream;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Scanner;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class VerigatorTest {
    /** Nothing is sent by these tests. */
    private static Verigator client() {
        return new Verigator("user", "password", "http://127.0.0.1:1/v1");
    }

    @Test
    void aCallAfterCloseIsToldAndNoCrash() {
        Verigator verigator = client();
        verigator.close();
        verigator.close();
        InvalidInvocationError error =
                assertThrows(InvalidInvocationError.class, () -> verigator.getService("s1"));
        assertEquals("CLOSED", error.getStatusName());
        ExecutionException late =
                assertThrows(ExecutionException.class, verigator.getServiceAsync("s1")::get);
        error = assertInstanceOf(InvalidInvocationError.class, late.getCause());
        assertEquals("CLOSED", error.getStatusName());
    }

    @Test
    void aCallAfterTheEndOfTheQueuesThreadIsToldToo() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Verigator verigator = client();
        assertThrows(ExecutionException.class, verigator.getServiceAsync("s1")::get);
        List<Thread> begun =
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("verigator"))
                        .filter(thread -> !before.contains(thread))
                        .collect(Collectors.toList());
        assertEquals(1, begun.size());
        verigator.close();
        begun.get(0).join();
        Throwable late =
                assertThrows(ExecutionException.class, verigator.getServiceAsync("s1")::get);
        InvalidInvocationError error =
                assertInstanceOf(InvalidInvocationError.class, late.getCause());
        assertEquals("CLOSED", error.getStatusName());
    }

    @Test
    void closingEndsACallThatWaits() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + silent.getLocalPort() + "/v1";
            Verigator verigator = new Verigator("user", "password", url);
            CompletableFuture<Service> call = verigator.getServiceAsync("s1");
            try (Socket connection = silent.accept()) {
                // The request is under way once its first byte is here.
                assertEquals('G', connection.getInputStream().read());
                verigator.close();
                Throwable cause = assertThrows(ExecutionException.class, call::get).getCause();
                VerigatorInternalError error =
                        assertInstanceOf(VerigatorInternalError.class, cause);
                assertEquals(ErrorKind.CANCELLED, error.getKind());
                assertTrue(error.isMaybeSent());
            }
        }
    }

    @Test
    void theUserAgentIsThatOfTheOfficialClientAndTheCallersStandAroundIt() throws Exception {
        String own = "verigator-java-" + BuildVersion.getBuildVersion();
        assertEquals(own, userAgent(builder -> builder));
        assertEquals(
                "my-library/1.0 " + own + " my-vpn/2.1",
                userAgent(
                        builder ->
                                builder.userAgentPrefix("my-library/1.0")
                                        .userAgentSuffix("my-vpn/2.1")));
        assertEquals(
                "my-binding/1.0 core/1",
                userAgent(builder -> builder.userAgent("my-binding/1.0 core/1")));
    }

    /** What a client with these options says that it is. */
    private static String userAgent(UnaryOperator<VerigatorBuilder> options) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            VerigatorBuilder builder =
                    Verigator.builder("user", "password")
                            .baseUrl("http://127.0.0.1:" + server.getLocalPort());
            try (Verigator verigator = options.apply(builder).build()) {
                verigator.getServiceAsync("s1");
                try (Socket connection = server.accept()) {
                    Scanner request = new Scanner(connection.getInputStream(), "US-ASCII");
                    request.findWithinHorizon("(?i)\r\nuser-agent: (.*)\r\n", 0);
                    return request.match().group(1);
                }
            }
        }
    }

    @Test
    void whatIsNoTextIsRefusedByName() {
        try (Verigator verigator = client()) {
            for (String id : new String[] {"\ud83d", "\ude42\ud83d"}) {
                String message =
                        assertThrows(InvalidInvocationError.class, () -> verigator.getService(id))
                                .getMessage();
                assertTrue(message.contains("service_id is not UTF-8"), message);
            }
        }
    }

    @Test
    void nullIsRefusedByName() {
        try (Verigator verigator = client()) {
            Service service = new Service("s1", verigator);
            User user = new User(service, "u1");
            assertNull("service_id", () -> Service.get(verigator, null));
            assertNull("fqdn", () -> verigator.createService("name", null));
            assertNull("name", () -> verigator.createService(null, "fqdn"));
            assertNull("id_in_service", () -> service.registerUser(null, "+3725555555"));
            assertNull("phone_number", () -> service.registerUser("kaisa", null));
            assertNull("user_id", () -> service.getUser(null));
            assertNull("token", () -> user.verifyPin(null));
        }
    }

    private static void assertNull(String name, org.junit.jupiter.api.function.Executable call) {
        String message = assertThrows(InvalidInvocationError.class, call).getMessage();
        assertTrue(message.startsWith(name + " is NULL"), message);
    }

    @Test
    void aMethodIsSmsOrTotp() {
        try (Verigator verigator = client()) {
            User user = new User(new Service("s1", verigator), "u1");
            for (String method : new String[] {null, "", "SMS", "call"}) {
                InvalidInvocationError error =
                        assertThrows(InvalidInvocationError.class, () -> user.authenticate(method));
                assertEquals(-1, error.getStatus());
                assertThrows(
                        InvalidInvocationError.class,
                        () -> user.verifyPin("123456", new AuthenticationResponse(method, "a1")));
            }
        }
    }

    @Test
    void anAuthenticationThatGotLostIsNotTheWeakerCheck() throws Exception {
        try (Answers service = new Answers("{\"verified\": true}");
                Verigator verigator = service.client()) {
            User user = new User(new Service("s1", verigator), "u1");
            InvalidInvocationError error =
                    assertThrows(
                            InvalidInvocationError.class, () -> user.verifyPin("123456", null));
            assertEquals(-1, error.getStatus());
            assertTrue(error.getMessage().contains("authentication is null"), error.getMessage());
            Throwable cause =
                    assertThrows(
                                    ExecutionException.class,
                                    () -> user.verifyPinAsync("123456", null).get())
                            .getCause();
            assertInstanceOf(InvalidInvocationError.class, cause);
            assertEquals(List.of(), service.bodies());
        }
    }

    @Test
    void aPinIsCheckedAloneOrWithItsAuthentication() throws Exception {
        try (Answers service = new Answers("{\"verified\": true}");
                Verigator verigator = service.client()) {
            User user = new User(new Service("s1", verigator), "u1");
            AuthenticationResponse authentication = new AuthenticationResponse("sms", "a1");
            assertTrue(user.verifyPin("123456").isVerified());
            assertTrue(user.verifyPinAsync("123456").get().isVerified());
            assertTrue(user.verifyPin("123456", authentication).isVerified());
            assertTrue(user.verifyPinAsync("123456", authentication).get().isVerified());
            for (String alone : service.bodies().subList(0, 2)) {
                assertEquals("{\"token\":\"123456\"}", alone);
            }
            for (String together : service.bodies().subList(2, 4)) {
                assertTrue(together.contains("\"auth_id\":\"a1\""), together);
            }
        }
    }

    @Test
    void everyChallengeIsFreed() throws Exception {
        int calls = 20;
        try (Answers service =
                        new Answers(
                                "{\"verified\": true, \"method\": \"sms\", \"auth_id\": \"a\"}");
                Verigator verigator = service.client()) {
            User user = new User(new Service("s1", verigator), "u1");
            for (int call = 0; call < calls; call++) {
                user.verifyPin("123456", user.authenticateUsingSMS());
                assertThrows(
                        InvalidInvocationError.class,
                        () -> user.verifyPin("", new AuthenticationResponse("sms", "a1")));
            }
        }
        long challenge = Native.challengeNew(1, "a1");
        Native.challengeFree(challenge);
        // The lowest 24 bits are the number of its place, and a place is used again.
        assertTrue((challenge & 0xff_ffff) < calls, Long.toHexString(challenge));
    }

    @Test
    void noProxyIsUsedWhenThereIsToBeNone() throws Exception {
        try (Answers service = new Answers("");
                Verigator proxied = service.builder().proxy("http://127.0.0.1:1").build();
                Verigator direct =
                        service.builder().proxy("http://127.0.0.1:1").noProxy().build()) {
            VerigatorInternalError error =
                    assertThrows(
                            VerigatorInternalError.class,
                            () -> new Service("s1", proxied).delete());
            assertEquals("PROXY", error.getStatusName());
            new Service("s1", direct).delete();
        }
    }

    @Test
    void idleConnectionsCanBeClosed() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Verigator verigator =
                    new Verigator("u", "p", "http://127.0.0.1:" + server.getLocalPort() + "/v1");
            CompletableFuture<Void> call = new Service("s1", verigator).deleteAsync();
            try (Socket connection = server.accept()) {
                InputStream request = connection.getInputStream();
                new Scanner(request, "US-ASCII").findWithinHorizon("\r\n\r\n", 0);
                connection
                        .getOutputStream()
                        .write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".getBytes());
                call.get();
                verigator.closeIdle();
                // Only when something is broken does this end by time.
                connection.setSoTimeout(10_000);
                assertEquals(-1, request.read());
            }
            verigator.close();
            verigator.closeIdle();
        }
    }

    @Test
    void aFutureFailsWithWhatTheCallThrows() {
        try (Verigator verigator = client()) {
            CompletableFuture<Service> call = verigator.getServiceAsync("");
            Throwable cause = assertThrows(ExecutionException.class, call::get).getCause();
            assertInstanceOf(InvalidInvocationError.class, cause);
        }
    }

    @Test
    void nothingHoldsAClientThatIsNotClosed() throws Exception {
        ReferenceQueue<Verigator> gone = new ReferenceQueue<>();
        PhantomReference<Verigator> reference = new PhantomReference<>(client(), gone);
        while (gone.remove(10) != reference) {
            System.gc();
        }
    }

    @Test
    void textShowsNoPhoneNumberAndNoBody() {
        try (Verigator verigator = client()) {
            Service service = new Service("s1", verigator);
            assertEquals("Service{serviceId='s1', ctime='null', name='null'}", service.toString());
            assertEquals(
                    "User{id='u1', ctime='null', username='null'}",
                    new User(service, "u1").toString());
            assertEquals(
                    "VerigatorResponse{statusCode=200}",
                    new VerigatorResponse("{}", 200).toString());
        }
    }
}
