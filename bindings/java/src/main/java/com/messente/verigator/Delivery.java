package com.messente.verigator;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;

/** Where futures are completed, and so where what hangs on them runs. */
final class Delivery {
    /** The common pool; in a virtual machine that is told to have none, a thread for each. */
    static final Executor DEFAULT =
            ForkJoinPool.getCommonPoolParallelism() > 0
                    ? ForkJoinPool.commonPool()
                    : new CompletableFuture<Void>().defaultExecutor();

    private Delivery() {}

    /**
     * Runs a task there; if it is refused, as after a shutdown, what there is to tell is not lost.
     */
    static void on(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (Throwable refused) {
            DEFAULT.execute(task);
        }
    }
}
