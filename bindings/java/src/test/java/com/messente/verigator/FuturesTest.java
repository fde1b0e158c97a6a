package com.messente.verigator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.messente.verigator.exceptions.ErrorKind;
import com.messente.verigator.exceptions.VerigatorInternalError;
import com.messente.verigator.serializers.VerificationResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What would wait for ever fails instead. */
@Timeout(60)
class FuturesTest {
    private static CompletableFuture<VerificationResponse> check(Verigator verigator) {
        return HeldAnswers.user(verigator).verifyPinAsync("123456");
    }

    /** Why a cancelled future's call ended. */
    private static VerigatorInternalError cancelled(CompletableFuture<?> future) {
        Throwable cause = assertThrows(CancellationException.class, future::join);
        while (!(cause instanceof VerigatorInternalError)) {
            cause = cause.getCause();
        }
        assertTrue(future.isCancelled());
        VerigatorInternalError error = (VerigatorInternalError) cause;
        assertEquals(ErrorKind.CANCELLED, error.getKind());
        return error;
    }

    /** The threads that wait for queues. */
    private static Set<Thread> queueThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("verigator"))
                .collect(Collectors.toSet());
    }

    /** The thread that this client's first future started. */
    private static Thread queueThread(Set<Thread> before) {
        Set<Thread> started = queueThreads();
        started.removeAll(before);
        assertEquals(1, started.size());
        return started.iterator().next();
    }

    @Test
    void toCancelAFutureCancelsItsCall() throws Exception {
        try (HeldAnswers service = new HeldAnswers();
                Verigator verigator = service.builder().build()) {
            for (boolean mayInterrupt : new boolean[] {true, false}) {
                CompletableFuture<VerificationResponse> call = check(verigator);
                service.await(1);
                assertTrue(call.cancel(mayInterrupt));
                assertTrue(cancelled(call).isMaybeSent());
            }
        }
    }

    @Test
    void whatWaitsInLineWasNotSent() throws Exception {
        try (HeldAnswers service = new HeldAnswers();
                Verigator verigator = service.builder().maxConnections(1).build()) {
            CompletableFuture<VerificationResponse> first = check(verigator);
            CompletableFuture<VerificationResponse> second = check(verigator);
            service.await(1);
            assertTrue(second.cancel(true));
            assertFalse(cancelled(second).isMaybeSent());
            assertFalse(first.isDone());
            service.release();
            assertTrue(first.get().isVerified());
            assertEquals(0, service.arrivedBesides());
        }
    }

    @Test
    void toCancelLateChangesNothing() throws Exception {
        try (Answers service = new Answers("{\"verified\": true}");
                Verigator verigator = service.client()) {
            CompletableFuture<VerificationResponse> before = check(verigator);
            assertTrue(before.get().isVerified());
            for (int next = 0; next < 20; next++) {
                CompletableFuture<VerificationResponse> call = check(verigator);
                assertFalse(before.cancel(true));
                assertTrue(call.get().isVerified());
                assertTrue(before.get().isVerified());
                before = call;
            }
        }
    }

    @Test
    void everyFutureIsCompletedOnceWhenCancelMeetsTheAnswer() throws Exception {
        int calls = 1000;
        AtomicInteger ends = new AtomicInteger();
        AtomicInteger answers = new AtomicInteger();
        AtomicInteger cancels = new AtomicInteger();
        try (Answers service = new Answers("{\"verified\": true}");
                Verigator verigator = service.client()) {
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (int call = 0; call < calls; call++) {
                CompletableFuture<VerificationResponse> future = check(verigator);
                all.add(
                        future.handle(
                                (answer, failure) -> {
                                    ends.incrementAndGet();
                                    if (failure instanceof CancellationException) {
                                        return cancels.incrementAndGet();
                                    }
                                    assertTrue(answer.isVerified());
                                    return answers.incrementAndGet();
                                }));
                // Some answers are there by then, some are on their way, and some calls wait.
                if (call % 2 == 1) {
                    all.get(all.size() - 2).join();
                }
                future.cancel(true);
            }
            CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])).join();
        }
        assertEquals(calls, ends.get());
        assertEquals(calls, answers.get() + cancels.get());
        assertNotEquals(0, cancels.get());
    }

    @Test
    void aFutureThatTheProgramCompletesStaysSo() throws Exception {
        try (HeldAnswers service = new HeldAnswers();
                Verigator verigator = service.builder().build()) {
            VerificationResponse no = new VerificationResponse();
            CompletableFuture<VerificationResponse> call = check(verigator);
            service.await(1);
            assertTrue(call.complete(no));
            assertFalse(call.cancel(true));
            service.release();
            assertTrue(check(verigator).get().isVerified());
            assertEquals(no, call.get());
        }
    }

    /** The thread on which what hangs on a future runs. */
    private static Thread completing(VerigatorBuilder builder, HeldAnswers service)
            throws Exception {
        try (Verigator verigator = builder.build()) {
            CompletableFuture<Thread> thread =
                    check(verigator).thenApply(answer -> Thread.currentThread());
            service.release();
            return thread.get();
        }
    }

    @Test
    void futuresAreCompletedOnTheExecutor() throws Exception {
        AtomicReference<Thread> own = new AtomicReference<>();
        ExecutorService executor =
                Executors.newSingleThreadExecutor(
                        task -> {
                            own.set(new Thread(task, "own"));
                            return own.get();
                        });
        try (HeldAnswers service = new HeldAnswers()) {
            Thread completing = completing(service.builder().executor(executor), service);
            assertEquals(own.get(), completing);
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void futuresAreCompletedOnTheCommonPoolOtherwise() throws Exception {
        try (HeldAnswers service = new HeldAnswers()) {
            assertInstanceOf(ForkJoinWorkerThread.class, completing(service.builder(), service));
        }
    }

    @Test
    void anExecutorThatRefusesLosesNoAnswer() throws Exception {
        try (HeldAnswers service = new HeldAnswers()) {
            VerigatorBuilder refusing =
                    service.builder()
                            .executor(
                                    task -> {
                                        throw new RejectedExecutionException();
                                    });
            assertInstanceOf(ForkJoinWorkerThread.class, completing(refusing, service));
        }
    }

    @Test
    void anExecutorThatRunsWhatItRefusesLosesNoAnswer() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        Executor refusing =
                task -> {
                    threads.execute(task);
                    throw new RejectedExecutionException();
                };
        try (Answers service = new Answers("{\"verified\": true}");
                Verigator verigator = service.builder().executor(refusing).build()) {
            for (int call = 0; call < 500; call++) {
                assertTrue(check(verigator).get().isVerified());
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void whatBlocksOnOneFutureDoesNotStopTheOthers() throws Exception {
        ExecutorService executor = Executors.newCachedThreadPool();
        try (HeldAnswers service = new HeldAnswers();
                Verigator verigator = service.builder().executor(executor).build()) {
            CountDownLatch second = new CountDownLatch(1);
            CompletableFuture<Boolean> first =
                    check(verigator)
                            .thenApply(
                                    answer -> {
                                        await(second);
                                        return answer.isVerified();
                                    });
            check(verigator).thenRun(second::countDown);
            service.release();
            assertTrue(first.get());
        } finally {
            executor.shutdown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupt) {
            throw new IllegalStateException(interrupt);
        }
    }

    @Test
    void whatHangsOnAFutureMayMakeCallsAndWaitForThem() throws Exception {
        try (Answers service = new Answers("{\"verified\": true}");
                Verigator verigator = service.client()) {
            User user = HeldAnswers.user(verigator);
            CompletableFuture<Boolean> call = check(verigator).thenApply(first -> bothWays(user));
            assertTrue(call.get());
        }
    }

    private static boolean bothWays(User user) {
        try {
            return user.verifyPinAsync("123456").get().isVerified()
                    && user.verifyPin("123456").isVerified();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void closingCompletesAllFuturesAndEndsTheThread() throws Exception {
        Set<Thread> before = queueThreads();
        List<CompletableFuture<VerificationResponse>> calls = new ArrayList<>();
        Thread thread;
        try (HeldAnswers service = new HeldAnswers()) {
            Verigator verigator = service.builder().maxConnections(4).build();
            assertEquals(before, queueThreads());
            for (int call = 0; call < 40; call++) {
                calls.add(check(verigator));
            }
            thread = queueThread(before);
            assertTrue(thread.isDaemon());
            service.await(4);
            verigator.close();
            for (CompletableFuture<VerificationResponse> call : calls) {
                Throwable cause = assertThrows(ExecutionException.class, call::get).getCause();
                VerigatorInternalError error =
                        assertInstanceOf(VerigatorInternalError.class, cause);
                assertEquals(ErrorKind.CANCELLED, error.getKind());
            }
            assertThrows(ExecutionException.class, () -> check(verigator).get());
        }
        thread.join();
    }

    /** Makes a call with a client that nobody holds afterwards. */
    private static CompletableFuture<VerificationResponse> checkWithout(HeldAnswers service) {
        return check(service.builder().build());
    }

    @Test
    void aClientIsNotCollectedUnderACallAndItsThreadEndsWithIt() throws Exception {
        Set<Thread> before = queueThreads();
        try (HeldAnswers service = new HeldAnswers()) {
            CompletableFuture<VerificationResponse> call = checkWithout(service);
            Thread thread = queueThread(before);
            service.await(1);
            for (int collection = 0; collection < 5; collection++) {
                System.gc();
            }
            service.release();
            assertTrue(call.get().isVerified());
            while (thread.isAlive()) {
                System.gc();
                thread.join(10);
            }
        }
    }

    @Test
    void aClientThatIsClosedBeforeItsFirstFutureStartsNoThread() throws IOException {
        Set<Thread> before = queueThreads();
        try (Answers service = new Answers("")) {
            // A thread would end by itself soon; of so many one would be seen.
            for (int client = 0; client < 200; client++) {
                Verigator verigator = service.client();
                verigator.close();
                assertThrows(ExecutionException.class, () -> check(verigator).get());
                Set<Thread> started = queueThreads();
                started.removeAll(before);
                assertEquals(Set.of(), started);
            }
        }
    }
}
