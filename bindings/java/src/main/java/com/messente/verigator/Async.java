package com.messente.verigator;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** Runs calls elsewhere than on the thread that asks for them. */
final class Async {
    private Async() {}

    /**
     * The threads of programs that bring none. A call blocks its thread, so the common pool, which
     * is made for computing, will not do. They are daemons and end when they are idle for a minute.
     */
    static final Executor THREADS =
            Executors.newCachedThreadPool(
                    task -> {
                        Thread thread = new Thread(task, "verigator");
                        thread.setDaemon(true);
                        return thread;
                    });

    /** The future fails with what the call throws, not with a wrapper around it. */
    static <T> CompletableFuture<T> run(Executor executor, Callable<T> call) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Runnable task =
                () -> {
                    try {
                        future.complete(call.call());
                    } catch (Throwable failure) {
                        future.completeExceptionally(failure);
                    }
                };
        try {
            executor.execute(task);
        } catch (RuntimeException refusal) {
            future.completeExceptionally(refusal);
        }
        return future;
    }
}
