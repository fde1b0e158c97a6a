package com.messente.verigator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** A service that has each request wait until it is told to answer, and then says yes. */
final class HeldAnswers implements AutoCloseable {
    private static final byte[] YES = "{\"verified\": true}".getBytes();

    private final Semaphore arrived = new Semaphore(0);
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    HeldAnswers() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        arrived.release();
        try {
            mayAnswer.await();
        } catch (InterruptedException closed) {
            return;
        }
        exchange.sendResponseHeaders(200, YES.length);
        exchange.getResponseBody().write(YES);
        exchange.close();
    }

    VerigatorBuilder builder() {
        return Verigator.builder("user", "password")
                .baseUrl("http://127.0.0.1:" + server.getAddress().getPort());
    }

    static User user(Verigator verigator) {
        return new User(new Service("s1", verigator), "u1");
    }

    /** Returns once so many more requests have arrived. */
    void await(int requests) throws InterruptedException {
        arrived.acquire(requests);
    }

    /** Returns once another request has arrived. */
    void awaitOne() {
        arrived.acquireUninterruptibly();
    }

    int arrivedBesides() {
        return arrived.availablePermits();
    }

    void release() {
        mayAnswer.countDown();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
