package com.messente.verigator;

import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;

/**
 * A call that is made on this thread, and cancelled when the thread is interrupted. That a thread
 * in native code is interrupted is told to channels alone, so this is one.
 */
final class InterruptibleRun extends AbstractInterruptibleChannel {
    private final long call;

    private InterruptibleRun(long call) {
        this.call = call;
    }

    /** Makes a call. The thread stays interrupted, as with every channel. */
    static void of(long call) {
        new InterruptibleRun(call).run();
    }

    private void run() {
        try {
            begin();
            Native.callRun(call);
        } finally {
            stopListening();
        }
    }

    private void stopListening() {
        try {
            end(true);
        } catch (AsynchronousCloseException interrupted) {
            // The call itself knows whether that came in time, and what may have been sent.
            return;
        }
    }

    /** The thread is interrupted. It may be told late, when the call has ended, or is freed. */
    @Override
    protected void implCloseChannel() {
        Native.callCancel(call);
    }
}
