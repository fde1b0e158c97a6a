package com.messente.verigator;

import com.messente.verigator.exceptions.ErrorKind;
import com.messente.verigator.exceptions.VerigatorException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a submitted call will come to. To cancel it is to cancel the call, whose end completes it:
 * so an answer that comes at that moment is not lost, and what may have been sent is known.
 */
final class PendingCall<T> extends CompletableFuture<T> {
    private final long call;
    private final AtomicBoolean hasEnded = new AtomicBoolean();
    private volatile boolean isCancelAsked;

    PendingCall(long call) {
        this.call = call;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (isDone()) {
            return isCancelled();
        }
        isCancelAsked = true;
        // It may have ended meanwhile: then this changes nothing.
        Native.callCancel(call);
        return true;
    }

    /** Takes what the call came to. */
    @FunctionalInterface
    interface Outcome<T> {
        T of(long call) throws VerigatorException;
    }

    /**
     * Completes this with what the call came to, unless somebody else has completed it. Again, it
     * does nothing.
     */
    void end(Outcome<T> outcome) {
        if (hasEnded.getAndSet(true)) {
            return;
        }
        try {
            complete(outcome.of(call));
        } catch (Throwable failure) {
            completeExceptionally(isCancelAsked ? cancelled(failure) : failure);
        }
    }

    private static Throwable cancelled(Throwable failure) {
        boolean isIt =
                failure instanceof VerigatorException
                        && ((VerigatorException) failure).getKind() == ErrorKind.CANCELLED;
        return isIt ? new CancellationException(failure.getMessage()).initCause(failure) : failure;
    }
}
