package com.messente.verigator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.messente.verigator.exceptions.ErrorKind;
import com.messente.verigator.exceptions.VerigatorException;
import com.messente.verigator.exceptions.VerigatorInternalError;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What would wait for ever fails instead. */
@Timeout(60)
class InterruptTest {
    /** What a test interrupted is not interrupted in the next one. */
    @AfterEach
    void forget() {
        Thread.interrupted();
    }

    private static VerigatorInternalError interrupted(User user) {
        VerigatorInternalError error =
                assertThrows(VerigatorInternalError.class, () -> user.verifyPin("123456"));
        assertEquals(ErrorKind.CANCELLED, error.getKind());
        assertTrue(Thread.currentThread().isInterrupted());
        return error;
    }

    @Test
    void anInterruptEndsACallThatWaits() throws Exception {
        try (HeldAnswers service = new HeldAnswers();
                Verigator verigator = service.builder().build()) {
            Thread caller = Thread.currentThread();
            Thread interrupter =
                    new Thread(
                            () -> {
                                service.awaitOne();
                                caller.interrupt();
                            });
            interrupter.start();
            assertTrue(interrupted(HeldAnswers.user(verigator)).isMaybeSent());
            assertTrue(Thread.interrupted());
            interrupter.join();
            service.release();
            assertTrue(HeldAnswers.user(verigator).verifyPin("123456").isVerified());
        }
    }

    @Test
    void anInterruptedThreadSendsNothing() throws Exception {
        try (Answers service = new Answers("{\"verified\": true}");
                Verigator verigator = service.client()) {
            Thread.currentThread().interrupt();
            assertFalse(interrupted(HeldAnswers.user(verigator)).isMaybeSent());
            assertTrue(service.bodies().isEmpty());
        }
    }

    @Test
    void anInterruptThatMeetsTheAnswerEndsThatCallOrNone() throws Exception {
        Thread caller = Thread.currentThread();
        Semaphore begun = new Semaphore(0);
        Thread interrupter =
                new Thread(
                        () -> {
                            while (true) {
                                begun.acquireUninterruptibly();
                                if (Thread.currentThread().isInterrupted()) {
                                    return;
                                }
                                caller.interrupt();
                            }
                        });
        interrupter.start();
        int ends = 0;
        try (Answers service = new Answers("{\"verified\": true}");
                Verigator verigator = service.client()) {
            User user = HeldAnswers.user(verigator);
            for (int call = 0; call < 500; call++) {
                begun.release();
                try {
                    assertTrue(user.verifyPin("123456").isVerified());
                } catch (VerigatorException end) {
                    assertEquals(ErrorKind.CANCELLED, end.getKind());
                    ends++;
                }
                // The interrupt of this call is not for the next one.
                while (!Thread.interrupted()) {
                    Thread.onSpinWait();
                }
                assertTrue(user.verifyPin("123456").isVerified());
            }
        }
        interrupter.interrupt();
        begun.release();
        interrupter.join();
        assertNotEquals(0, ends);
    }
}
