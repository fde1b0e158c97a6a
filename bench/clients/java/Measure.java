import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Supplier;

/** What every client in Java has in common; the counterpart of ../measure.h. */
final class Measure {
    // The verification that is measured; the server answers no other.
    static final String USERNAME = "bench";
    static final String PASSWORD = "bench-password";
    static final String SERVICE_ID = "3896f6a5-4fa5-45b0-845a-be6f99f9e11a";
    static final String USER_ID = "d9f3516b-c3c4-4fe9-962a-cc8bf232688f";
    static final String TOKEN = "123456";

    /** In which Linux tells a process's CPU time, whatever the machine's own. */
    private static final double TICKS_PER_SECOND = 100;

    private final Map<String, String> options = new HashMap<>();
    private final int threads;
    private final int calls;
    private final int warmup;
    private final CyclicBarrier barrier;

    /** Nanoseconds of every call, one thread's after another's. */
    private final long[] latencies;

    private Stamp start;
    private Stamp end;
    private long threadsSeen;

    /** Reads the command line. */
    Measure(String[] arguments) {
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        if (url() == null) {
            throw new IllegalArgumentException(
                    "usage: --url URL [--ca FILE] [--threads N] [--calls N] [--warmup N]");
        }
        threads = number("--threads", 1);
        calls = number("--calls", 1000);
        warmup = number("--warmup", 100);
        barrier = new CyclicBarrier(threads);
        latencies = new long[threads * calls];
    }

    /** The base URL. */
    String url() {
        return options.get("--url");
    }

    /** The PEM file of the authority, or null. */
    String ca() {
        return options.get("--ca");
    }

    private int number(String name, int otherwise) {
        String text = options.get(name);
        return text == null ? otherwise : Integer.parseInt(text);
    }

    /** Measures {@code call}, which returns whether the answer was yes; prints a line of JSON. */
    void run(Callable<Boolean> call) throws Exception {
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            int index = i;
            others.add(new Thread(() -> workOrEnd(index, call)));
        }
        others.forEach(Thread::start);
        work(0, call);
        for (Thread other : others) {
            other.join();
        }
        print();
    }

    /**
     * Measures as many calls in flight as there are to be threads; prints a line of JSON. {@code
     * call} begins one, whose future says whether the answer was yes.
     */
    void runInFlight(Supplier<CompletableFuture<Boolean>> call) throws Exception {
        begin(call, new long[threads * warmup], warmup).join();
        start = Stamp.now();
        CompletableFuture<Void> all = begin(call, latencies, calls);
        threadsSeen = processStatus("Threads");
        all.join();
        end = Stamp.now();
        print();
    }

    private CompletableFuture<Void> begin(
            Supplier<CompletableFuture<Boolean>> call, long[] latencies, int count) {
        CompletableFuture<?>[] chains = new CompletableFuture<?>[threads];
        for (int i = 0; i < threads; i++) {
            chains[i] = Chain.begin(call, latencies, i * count, count);
        }
        return CompletableFuture.allOf(chains);
    }

    private void workOrEnd(int index, Callable<Boolean> call) {
        try {
            work(index, call);
        } catch (Exception failure) {
            failure.printStackTrace();
            System.exit(1);
        }
    }

    /** The first worker is the main thread, and takes the times. */
    private void work(int index, Callable<Boolean> call) throws Exception {
        for (int i = 0; i < warmup; i++) {
            check(call.call());
        }
        barrier.await();
        if (index == 0) {
            start = Stamp.now();
        }
        barrier.await();
        int first = index * calls;
        long before = System.nanoTime();
        for (int i = first; i < first + calls; i++) {
            check(call.call());
            long after = System.nanoTime();
            latencies[i] = after - before;
            before = after;
        }
        barrier.await();
        if (index == 0) {
            end = Stamp.now();
            threadsSeen = processStatus("Threads");
        }
        barrier.await();
    }

    private static void check(boolean verified) {
        if (!verified) {
            throw notVerified();
        }
    }

    static IllegalStateException notVerified() {
        return new IllegalStateException("a call was not answered with yes");
    }

    private void print() throws IOException {
        Arrays.sort(latencies);
        int count = latencies.length;
        System.out.printf(
                Locale.ROOT,
                "{\"calls\": %d, \"elapsed_s\": %.6f, \"p50_us\": %.3f, \"p90_us\": %.3f,"
                        + " \"p99_us\": %.3f, \"user_s\": %.6f, \"system_s\": %.6f,"
                        + " \"peak_rss_kb\": %d, \"threads\": %d}%n",
                count,
                (end.clockNanos - start.clockNanos) / 1e9,
                latencies[count / 2] / 1e3,
                latencies[count * 9 / 10] / 1e3,
                latencies[count * 99 / 100] / 1e3,
                end.userSeconds - start.userSeconds,
                end.systemSeconds - start.systemSeconds,
                processStatus("VmHWM"),
                threadsSeen);
    }

    /** A number that the system tells of this process. */
    private static long processStatus(String name) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith(name + ":")) {
                return Long.parseLong(line.split("\\s+")[1]);
            }
        }
        throw new IOException("/proc/self/status tells no " + name);
    }

    /** What the measured section starts and ends with. */
    private static final class Stamp {
        long clockNanos;
        double userSeconds;
        double systemSeconds;

        static Stamp now() throws IOException {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            // What follows the command's name, which may have blanks; see proc(5).
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            Stamp now = new Stamp();
            now.clockNanos = System.nanoTime();
            now.userSeconds = Long.parseLong(fields[11]) / TICKS_PER_SECOND;
            now.systemSeconds = Long.parseLong(fields[12]) / TICKS_PER_SECOND;
            return now;
        }
    }
}
