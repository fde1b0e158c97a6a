package com.messente.verigator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A service that answers every request with the same words, and remembers what it was asked. */
final class Answers implements AutoCloseable {
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final byte[] answer;
    private final HttpServer server;

    Answers(String answer) throws IOException {
        this.answer = answer.getBytes(StandardCharsets.UTF_8);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        bodies.add(new String(body, StandardCharsets.UTF_8));
        // -1 is an empty body, and 0 one without an end.
        exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    VerigatorBuilder builder() {
        return Verigator.builder("user", "password")
                .baseUrl("http://127.0.0.1:" + server.getAddress().getPort());
    }

    Verigator client() {
        return builder().build();
    }

    List<String> bodies() {
        return bodies;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
