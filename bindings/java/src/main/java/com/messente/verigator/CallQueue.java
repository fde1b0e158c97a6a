package com.messente.verigator;

import com.messente.verigator.exceptions.VerigatorException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * The native queue of one client, and the one thread that waits for what comes out of it. Nothing
 * of the program runs on that thread, so that nothing of the program can hold it up.
 */
final class CallQueue implements Runnable {
    /** What {@link Native#queueNext} returns when no call has ended in the given time. */
    private static final long NONE = 0;

    /** What it returns when the queue is closed and empty. */
    private static final long CLOSED = -1;

    /**
     * The queue wakes its thread at once; this is how long it waits when there is nothing to do.
     */
    private static final long AN_HOUR_MS = 3_600_000;

    private final long queue;

    /** What to do when a call has ended. */
    private final Map<Long, Runnable> underWay = new ConcurrentHashMap<>();

    private CallQueue(long queue) {
        this.queue = queue;
    }

    /** Makes one for calls of this context, and begins its thread. */
    static CallQueue begin(long ctx) throws VerigatorException {
        CallQueue queue = new CallQueue(Native.queueNew(ctx));
        Thread thread = new Thread(null, queue, "verigator", 0, false);
        thread.setDaemon(true);
        // That of the thread which happens to be the first to call is none of its business.
        thread.setContextClassLoader(null);
        try {
            thread.start();
        } catch (Throwable noThread) {
            Native.queueFree(queue.queue);
            throw noThread;
        }
        return queue;
    }

    /** Makes one for calls of a closed context: it refuses each, and has no thread. */
    static CallQueue closed(long ctx) throws VerigatorException {
        CallQueue queue = new CallQueue(Native.queueNew(ctx));
        queue.close();
        return queue;
    }

    /** Has a call made. Once it has ended, and once only, the queue's thread runs {@code ended}. */
    void submit(long call, Runnable ended) throws VerigatorException {
        underWay.put(call, ended);
        try {
            Native.callSubmit(call, queue);
        } catch (Throwable refused) {
            underWay.remove(call);
            throw refused;
        }
    }

    /**
     * Has a call made and waits for it; an interrupt cancels it, and the thread stays interrupted.
     */
    void run(long call) throws VerigatorException {
        CountDownLatch ended = new CountDownLatch(1);
        submit(call, ended::countDown);
        boolean isInterrupted = false;
        while (ended.getCount() > 0) {
            try {
                ended.await();
            } catch (InterruptedException interrupt) {
                isInterrupted = true;
                Native.callCancel(call);
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes out what has ended, until the queue is closed and empty. */
    @Override
    public void run() {
        for (long call = next(); call != CLOSED; call = next()) {
            if (call != NONE) {
                underWay.remove(call).run();
            }
        }
    }

    private long next() {
        try {
            return Native.queueNext(queue, AN_HOUR_MS);
        } catch (VerigatorException freed) {
            return CLOSED;
        }
    }

    /**
     * Cancels what is under way; all of it still comes out, and then the thread ends. What is
     * submitted later is told that the queue is closed.
     */
    void close() {
        try {
            Native.queueClose(queue);
        } catch (VerigatorException impossible) {
            return;
        }
    }

    /** Frees it, once nobody submits any more and nothing is under way. */
    void free() {
        Native.queueFree(queue);
    }
}
