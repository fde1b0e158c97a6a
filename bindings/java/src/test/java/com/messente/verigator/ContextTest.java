package com.messente.verigator;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.messente.verigator.exceptions.InvalidInvocationError;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;

class ContextTest {
    /** As often as it takes until machine code runs, which keeps only what it uses later. */
    private static final int CALLS = 50_000;

    private static final InvalidInvocationError REFUSAL = new InvalidInvocationError("on purpose");

    private WeakReference<Context> reference;

    /** One that nobody holds but the call that is made with it. Its handle is none. */
    private Context context() {
        Context context = new Context(0, null);
        reference = new WeakReference<>(context);
        return context;
    }

    /** Looks in the midst of a call, which then fails. */
    private void call(boolean collects) {
        Operation<Void> operation =
                Operation.withoutAnswer(
                        ctx -> {
                            if (collects) {
                                System.gc();
                                assertNotNull(reference.get(), "collected while in use");
                            }
                            throw REFUSAL;
                        });
        assertThrows(InvalidInvocationError.class, () -> context().call(operation));
    }

    @Test
    void aContextIsNotCollectedUnderACall() {
        NativeLibrary.load();
        for (int call = 1; call <= CALLS; call++) {
            call(call % 1000 == 0);
        }
    }
}
