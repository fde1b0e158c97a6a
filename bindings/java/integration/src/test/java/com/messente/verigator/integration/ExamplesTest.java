package com.messente.verigator.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.messente.verigator.Service;
import com.messente.verigator.User;
import com.messente.verigator.Verigator;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs what is shown to people, as it is shown. */
class ExamplesTest {
    /** No PIN has so many digits. */
    private static final Callable<String> WRONG = () -> "0000000";

    private static Server server;
    private static Verigator verigator;
    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        server = new Server();
        verigator = server.builder().build();
        service = verigator.createService("Example", "www.example.com");
    }

    @AfterAll
    static void stop() throws Exception {
        verigator.close();
        server.close();
    }

    private static JavaProgram program(String name, String source, Path folder) throws Exception {
        return JavaProgram.compile(name, source, folder)
                .environment("VERIGATOR_USERNAME", Server.USERNAME)
                .environment("VERIGATOR_PASSWORD", Server.PASSWORD)
                .environment("VERIGATOR_BASE_URL", server.url())
                .environment("VERIGATOR_SERVICE_ID", service.getServiceId());
    }

    private static String example(String name) throws Exception {
        return Files.readString(Workspace.path("examples", "java", name + ".java"));
    }

    @Test
    void theSampleOfTheDocumentation(@TempDir Path folder) throws Exception {
        String source = example("StartAuthentication");
        JavaProgram program = program("StartAuthentication", source, folder);
        assertEquals(0, program.run(), program::output);
        String page = "youremail@example.com";
        assertEquals(page, service.getUsers()[0].getUsername());
        assertTrue(
                server.get("/_/outbox?user_id=" + service.getUsers()[0].getId()).contains("pin"));
        service.getUsers()[0].delete();
    }

    @Test
    void aLogin(@TempDir Path folder) throws Exception {
        JavaProgram login = program("Login", example("Login"), folder);
        assertEquals(0, login.runAndAnswer("PIN: ", WRONG, server::latestPin));
        assertEquals("sms PIN: That is not it.\nsms PIN: Welcome!\n", login.output());
        assertEquals(1, login.runAndAnswer("PIN: ", WRONG, WRONG, WRONG));
        assertEquals("sms PIN: That is not it.\n".repeat(3) + "Denied.\n", login.output());
        login.environment("VERIGATOR_PASSWORD", "wrong");
        assertEquals(2, login.run());
        assertTrue(login.output().contains("401"), login::output);
    }

    @Test
    void theQuickStartOfTheReadme(@TempDir Path folder) throws Exception {
        String readme = Files.readString(Workspace.path("bindings", "java", "README.md"));
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme);
        assertTrue(block.find());
        JavaProgram program = program("Login", block.group(1), folder);
        assertEquals(0, program.runAndAnswer("PIN: ", server::latestPin), program::output);
        assertEquals("PIN: Welcome!\n", program.output());
        // What it registered is there now.
        assertEquals(0, program.runAndAnswer("PIN: ", WRONG), program::output);
        assertEquals("PIN: Denied.\n", program.output());
        // In a terminal, what is typed is seen.
        assertTrue(
                readme.contains("PIN: 407713\nWelcome!\n")
                        && readme.contains("PIN: 000000\nDenied.\n"));
    }

    @Test
    void aLoginWithFutures(@TempDir Path folder) throws Exception {
        String source = example("LoginWithFutures");
        JavaProgram program = program("LoginWithFutures", source, folder);
        assertEquals(0, program.runAndAnswer("PIN: ", server::latestPin), program::output);
        assertTrue(program.output().contains("PIN: yes"), program::output);
        assertEquals(8, service.getUsers().length);
        for (User user : service.getUsers()) {
            user.delete();
        }
    }

    /** Each step of all is done before the next step of any: so none holds up another. */
    @Test
    void loginsOnASelector(@TempDir Path folder) throws Exception {
        JavaProgram program = program("LoginsOnASelector", example("LoginsOnASelector"), folder);
        int status = program.runAndHear(line -> visit(Integer.parseInt(line.split(" ")[1])));
        assertEquals(0, status, program::output);
        for (User user : service.getUsers()) {
            user.delete();
        }
    }

    /** Eight come: the last one leaves amid the login, the first one has a wrong PIN. */
    private static void visit(int port) throws Exception {
        List<Socket> visitors = new ArrayList<>();
        for (int number = 0; number < 8; number++) {
            Socket visitor = new Socket(InetAddress.getLoopbackAddress(), port);
            visitor.setSoTimeout(60_000);
            visitors.add(visitor);
        }
        for (Socket visitor : visitors) {
            hear(visitor, "Phone number: ");
        }
        for (Socket visitor : visitors) {
            say(visitor, "+372555550" + visitors.indexOf(visitor));
        }
        for (Socket visitor : visitors) {
            hear(visitor, "PIN: ");
        }
        visitors.remove(7).close();
        for (User user : service.getUsers()) {
            int number = Character.digit(user.getUsername().charAt(10), 10);
            if (number < 7) {
                String pin = server.pin(user);
                say(visitors.get(number), number == 0 ? Server.wrong(pin) : pin);
            }
        }
        for (Socket visitor : visitors) {
            hear(visitor, visitor == visitors.get(0) ? "Denied.\n" : "Welcome!\n");
            assertEquals(-1, visitor.getInputStream().read());
            visitor.close();
        }
    }

    private static void hear(Socket visitor, String text) throws Exception {
        byte[] heard = visitor.getInputStream().readNBytes(text.length());
        assertEquals(text, new String(heard, StandardCharsets.UTF_8));
    }

    private static void say(Socket visitor, String text) throws Exception {
        visitor.getOutputStream().write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
