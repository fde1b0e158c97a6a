package com.messente.verigator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.messente.verigator.exceptions.VerigatorException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What would wait for ever fails instead. */
@Timeout(60)
class LogLinesTest {
    @Test
    void levelsAreThoseOfTheNativeLibrary() {
        assertEquals(LogLines.NOTHING, LogLines.number(System.Logger.Level.OFF));
        assertEquals(1, LogLines.number(System.Logger.Level.ERROR));
        assertEquals(2, LogLines.number(System.Logger.Level.WARNING));
        assertEquals(3, LogLines.number(System.Logger.Level.INFO));
        assertEquals(4, LogLines.number(System.Logger.Level.DEBUG));
        assertEquals(4, LogLines.number(System.Logger.Level.TRACE));
        assertEquals(4, LogLines.number(System.Logger.Level.ALL));
    }

    @Test
    void linesOfAFutureComeOnTheExecutorBeforeItsAnswer() throws Exception {
        Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (HeldAnswers service = new HeldAnswers();
                Verigator verigator =
                        service.builder()
                                .executor(executor)
                                .log(
                                        System.Logger.Level.DEBUG,
                                        (level, line) -> threads.add(Thread.currentThread()))
                                .build()) {
            CompletableFuture<Thread> call =
                    HeldAnswers.user(verigator)
                            .verifyPinAsync("123456")
                            .thenApply(answer -> Thread.currentThread());
            service.release();
            Thread own = call.get();
            assertFalse(threads.isEmpty());
            assertEquals(Set.of(own), Set.copyOf(threads));
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void linesComeWithTheirOwnCall() throws Exception {
        List<String> lines = new ArrayList<>();
        BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        try (HeldAnswers service = new HeldAnswers();
                Verigator verigator =
                        service.builder()
                                .executor(tasks::add)
                                .log(System.Logger.Level.INFO, (level, line) -> lines.add(line))
                                .build()) {
            HeldAnswers.user(verigator).verifyPinAsync("123456");
            HeldAnswers.user(verigator).verifyPinAsync("123456");
            service.release();
            Runnable first = tasks.take();
            Runnable second = tasks.take();
            first.run();
            assertEquals(1, lines.size(), lines.toString());
            second.run();
            assertEquals(2, lines.size(), lines.toString());
        }
    }

    @Test
    void aReceiverGetsTheLinesOfItsClientAlone() throws Exception {
        List<String> lines = new ArrayList<>();
        try (Answers service = new Answers("{\"verified\": true}");
                Verigator silent =
                        service.builder()
                                .log(System.Logger.Level.DEBUG, (level, line) -> lines.add(line))
                                .build();
                Verigator other =
                        service.builder()
                                .log(System.Logger.Level.DEBUG, (level, line) -> {})
                                .build()) {
            HeldAnswers.user(other).verifyPin("123456");
            assertEquals(List.of(), lines);
            HeldAnswers.user(silent).verifyPin("123456");
            assertFalse(lines.isEmpty());
        }
    }

    @Test
    void aCallThatAClosedClientEndsIsLogged() throws Exception {
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Verigator verigator =
                    Verigator.builder("user", "password")
                            .baseUrl("http://127.0.0.1:" + silent.getLocalPort())
                            .log(System.Logger.Level.ERROR, (level, line) -> lines.add(line))
                            .build();
            CompletableFuture<Service> call = verigator.getServiceAsync("s1");
            try (Socket connection = silent.accept()) {
                assertEquals('G', connection.getInputStream().read());
                verigator.close();
                assertThrows(ExecutionException.class, call::get);
            }
        }
        assertEquals(1, lines.size(), lines.toString());
    }

    @Test
    void noLineComesWhenTheyAreOff() {
        List<String> lines = new ArrayList<>();
        try (Verigator verigator =
                Verigator.builder("user", "password")
                        .baseUrl("http://127.0.0.1:1")
                        .maxRetries(0)
                        .log(System.Logger.Level.OFF, (level, line) -> lines.add(line))
                        .build()) {
            assertThrows(VerigatorException.class, () -> verigator.getService("s1"));
        }
        assertEquals(List.of(), lines);
    }

    @Test
    void aReceiverThatThrowsDoesNotChangeTheCall() {
        List<String> lines = new ArrayList<>();
        try (Verigator verigator =
                Verigator.builder("user", "password")
                        .baseUrl("http://127.0.0.1:1")
                        .maxRetries(0)
                        .log(
                                System.Logger.Level.DEBUG,
                                (level, line) -> {
                                    lines.add(line);
                                    throw new IllegalStateException("on purpose");
                                })
                        .build()) {
            VerigatorException failure =
                    assertThrows(VerigatorException.class, () -> verigator.getService("s1"));
            assertEquals("CONNECT", failure.getStatusName());
            assertEquals(false, lines.isEmpty());
        }
    }
}
