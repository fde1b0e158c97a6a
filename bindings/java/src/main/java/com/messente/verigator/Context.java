package com.messente.verigator;

import com.messente.verigator.exceptions.VerigatorException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The native context of a {@link Verigator}, and what calls are made with: freed when nobody holds
 * it any more, and a call that is under way does. Closed before, it keeps no more than its handle,
 * so that the native library tells later calls what became of it.
 */
final class Context implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Handles handles;
    private final LogLines log;

    /**
     * @param log where the lines of calls go, or {@code null}
     */
    Context(long ctx, LogLines log) {
        this.handles = new Handles(ctx);
        CLEANER.register(this, handles);
        this.log = log;
    }

    /** Makes a call and waits for it; an interrupt cancels it. */
    <T> T call(Operation<T> operation) throws VerigatorException {
        try {
            long call = operation.make(handles.ctx);
            try {
                run(call);
                return outcome(operation, call);
            } finally {
                Native.callFree(call);
            }
        } finally {
            // Nothing else here keeps the collector from freeing the context under the call.
            Reference.reachabilityFence(this);
        }
    }

    /** A virtual thread waits outside of native code, where it would hold on to its carrier. */
    private void run(long call) throws VerigatorException {
        if (VirtualThreads.isCurrent()) {
            handles.queue().run(call);
        } else {
            InterruptibleRun.of(call);
        }
    }

    /** Has a call made; what it comes to is told on the executor. */
    <T> CompletableFuture<T> submit(Operation<T> operation, Executor executor) {
        try {
            long call = operation.make(handles.ctx);
            PendingCall<T> pending = new PendingCall<>(call);
            try {
                Runnable end = () -> end(operation, pending);
                handles.queue().submit(call, () -> Delivery.on(executor, end));
            } catch (Throwable refused) {
                Native.callFree(call);
                throw refused;
            }
            return pending;
        } catch (Throwable failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private <T> void end(Operation<T> operation, PendingCall<T> pending) {
        pending.end(
                call -> {
                    try {
                        return outcome(operation, call);
                    } finally {
                        Native.callFree(call);
                    }
                });
    }

    private <T> T outcome(Operation<T> operation, long call) throws VerigatorException {
        if (log != null) {
            log.handOver(call);
        }
        return operation.outcome(call);
    }

    /** Closes the connections that no call uses; a closed context has none. */
    void closeIdle() {
        try {
            Native.ctxCloseIdle(handles.ctx);
        } catch (VerigatorException closedBefore) {
            return;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Ends the calls that wait, and refuses those to come; again, it does nothing. */
    @Override
    public void close() {
        handles.close();
        Reference.reachabilityFence(this);
    }

    /** What is left to free when the context is gone; it must not hold the context. */
    private static final class Handles implements Runnable {
        final long ctx;
        private CallQueue queue;
        private boolean isClosed;

        Handles(long ctx) {
            this.ctx = ctx;
        }

        /** The queue, which a program with neither futures nor virtual threads never has. */
        synchronized CallQueue queue() throws VerigatorException {
            if (queue == null) {
                queue = isClosed ? CallQueue.closed(ctx) : CallQueue.begin(ctx);
            }
            return queue;
        }

        synchronized void close() {
            if (isClosed) {
                return;
            }
            isClosed = true;
            if (queue != null) {
                queue.close();
            }
            try {
                Native.ctxClose(ctx);
            } catch (VerigatorException impossible) {
                return;
            }
        }

        @Override
        public void run() {
            close();
            if (queue != null) {
                queue.free();
            }
            Native.ctxFree(ctx);
        }
    }
}
