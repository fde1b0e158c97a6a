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
     * It may be run twice: an executor may throw and keep it all the same.
     */
    static void on(Executor executor, Runnable task) {
        onFirst(task, executor, DEFAULT);
    }

    /** Runs a task on the first that takes it; or here, where no thread can be had for it. */
    static void onFirst(Runnable task, Executor... executors) {
        for (Executor executor : executors) {
            try {
                executor.execute(task);
                return;
            } catch (Throwable refused) {
                continue;
            }
        }
        task.run();
    }
}
