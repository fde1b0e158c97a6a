import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Calls of which each begins when the one before has ended. No thread waits for them. */
final class Chain {
    private final Supplier<CompletableFuture<Boolean>> call;

    /** Nanoseconds of every call, from {@code next} on. */
    private final long[] latencies;

    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final int end;
    private int next;

    private Chain(
            Supplier<CompletableFuture<Boolean>> call, long[] latencies, int first, int count) {
        this.call = call;
        this.latencies = latencies;
        this.next = first;
        this.end = first + count;
    }

    /** Begins one of {@code count} calls, and writes how long each took from {@code first} on. */
    static CompletableFuture<Void> begin(
            Supplier<CompletableFuture<Boolean>> call, long[] latencies, int first, int count) {
        Chain chain = new Chain(call, latencies, first, count);
        chain.goOn();
        return chain.ended;
    }

    private void goOn() {
        if (next == end) {
            ended.complete(null);
            return;
        }
        long before = System.nanoTime();
        call.get().whenComplete((verified, failure) -> goOn(before, verified, failure));
    }

    private void goOn(long before, Boolean verified, Throwable failure) {
        if (failure != null) {
            ended.completeExceptionally(failure);
        } else if (!verified) {
            ended.completeExceptionally(Measure.notVerified());
        } else {
            latencies[next++] = System.nanoTime() - before;
            goOn();
        }
    }
}
