package com.messente.verigator;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.messente.verigator.exceptions.VerigatorException;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;

class ContextTest {
    /** As often as it takes until machine code runs, which keeps only what it uses later. */
    private static final int CALLS = 50_000;

    private WeakReference<Context> reference;

    /** One that nobody holds but the call that is made with it. Its handle is none. */
    private Context context() {
        Context context = new Context(0);
        reference = new WeakReference<>(context);
        return context;
    }

    private void call(boolean collects) throws VerigatorException {
        context()
                .call(
                        ctx -> {
                            if (collects) {
                                System.gc();
                                assertNotNull(reference.get(), "collected while in use");
                            }
                            return null;
                        });
    }

    @Test
    void aContextIsNotCollectedUnderACall() throws VerigatorException {
        NativeLibrary.load();
        for (int call = 1; call <= CALLS; call++) {
            call(call % 1000 == 0);
        }
    }
}
