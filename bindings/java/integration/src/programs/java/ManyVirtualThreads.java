import com.messente.verigator.Service;
import com.messente.verigator.User;
import com.messente.verigator.Verigator;
import com.messente.verigator.exceptions.ErrorKind;
import com.messente.verigator.exceptions.VerigatorException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A thousand virtual threads on one carrier make a call each, to a service that answers nobody
 * before many have asked. It needs Java 21, and is compiled for an older one.
 */
public class ManyVirtualThreads {
    private static final int CALLS = 1000;
    private static final int TOGETHER = 200;
    private static final String NEVER_ANSWERED = "nobody";
    private static final byte[] YES = "{\"verified\": true}".getBytes();

    private static final CountDownLatch TOGETHER_HERE = new CountDownLatch(TOGETHER);
    private static final CountDownLatch NOBODY_HERE = new CountDownLatch(1);
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    public static void main(String[] arguments) throws Exception {
        Thread.setDefaultUncaughtExceptionHandler(ManyVirtualThreads::fail);
        // Over 200 it would close those that are idle, just when the next call is sent on one.
        System.setProperty("sun.net.httpserver.maxIdleConnections", String.valueOf(CALLS));
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", ManyVirtualThreads::answer);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        Verigator verigator =
                Verigator.builder("user", "password")
                        .baseUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .timeout(Duration.ofSeconds(20))
                        .build();
        Service service = new Service("s1", verigator);
        ExecutorService virtual = virtualThreads();
        System.out.println(yesses(virtual, new User(service, "u1")) + " answered");
        System.out.println(interrupted(virtual, new User(service, NEVER_ANSWERED)));
        verigator.close();
        System.exit(0);
    }

    /** Ends all threads, whatever they wait for. */
    private static void fail(Thread thread, Throwable failure) {
        failure.printStackTrace();
        System.exit(1);
    }

    private static ExecutorService virtualThreads() throws Exception {
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        try {
            if (exchange.getRequestURI().getPath().contains(NEVER_ANSWERED)) {
                NOBODY_HERE.countDown();
                NEVER.await();
            }
            TOGETHER_HERE.countDown();
            TOGETHER_HERE.await();
        } catch (InterruptedException end) {
            return;
        }
        exchange.sendResponseHeaders(200, YES.length);
        exchange.getResponseBody().write(YES);
        exchange.close();
    }

    private static int yesses(ExecutorService threads, User user) throws Exception {
        List<Future<Boolean>> calls = new ArrayList<>();
        for (int call = 0; call < CALLS; call++) {
            calls.add(threads.submit(() -> user.verifyPin("123456").isVerified()));
        }
        int yesses = 0;
        for (Future<Boolean> call : calls) {
            yesses += call.get() ? 1 : 0;
        }
        return yesses;
    }

    private static String interrupted(ExecutorService threads, User user) throws Exception {
        List<Thread> caller = new ArrayList<>();
        Future<String> call =
                threads.submit(
                        () -> {
                            caller.add(Thread.currentThread());
                            return outcome(user);
                        });
        NOBODY_HERE.await();
        caller.get(0).interrupt();
        return call.get();
    }

    private static String outcome(User user) {
        try {
            return "answered " + user.verifyPin("123456");
        } catch (VerigatorException failure) {
            boolean isKept = Thread.currentThread().isInterrupted();
            boolean isCancelled = failure.getKind() == ErrorKind.CANCELLED;
            return String.format(
                    "cancelled: %s, sent: %s, interrupted: %s",
                    isCancelled, failure.isMaybeSent(), isKept);
        }
    }
}
