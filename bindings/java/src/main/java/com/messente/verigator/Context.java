package com.messente.verigator;

import com.messente.verigator.exceptions.VerigatorException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;

/**
 * The native context of a {@link Verigator}: freed when it is closed, or else when nobody holds it
 * any more. A call on a freed one is told by the native library, since its handles are never
 * addresses.
 */
final class Context implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final long handle;
    private final Cleaner.Cleanable cleanable;

    Context(long handle) {
        this.handle = handle;
        this.cleanable = CLEANER.register(this, new End(handle));
    }

    /** Something to do with the handle. */
    @FunctionalInterface
    interface Call<T> {
        T with(long ctx) throws VerigatorException;
    }

    <T> T call(Call<T> call) throws VerigatorException {
        try {
            return call.with(handle);
        } finally {
            // Nothing else here keeps the collector from freeing the context under the call.
            Reference.reachabilityFence(this);
        }
    }

    /** Closes the connections that no call uses; a closed context has none. */
    void closeIdle() {
        try {
            call(
                    ctx -> {
                        Native.ctxCloseIdle(ctx);
                        return null;
                    });
        } catch (VerigatorException closedBefore) {
            return;
        }
    }

    /** Ends the calls that wait, then frees the context; again, it does nothing. */
    @Override
    public void close() {
        try {
            call(
                    ctx -> {
                        Native.ctxClose(ctx);
                        return null;
                    });
        } catch (VerigatorException closedBefore) {
            return;
        }
        cleanable.clean();
    }

    /** What is left to do when the context is gone; it must not hold the context. */
    private static final class End implements Runnable {
        private final long handle;

        End(long handle) {
            this.handle = handle;
        }

        @Override
        public void run() {
            Native.ctxFree(handle);
        }
    }
}
