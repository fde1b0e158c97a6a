package com.messente.verigator.integration;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A program of the workspace that serves HTTP and says where in its first line. */
class Program implements AutoCloseable {
    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;

    Program(String name, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Workspace.path("target", "debug", name).toString());
        command.addAll(List.of(arguments));
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            // Should this virtual machine be stopped in the middle of a test.
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            String line =
                    new BufferedReader(
                                    new InputStreamReader(
                                            process.getInputStream(), StandardCharsets.UTF_8))
                            .readLine();
            if (line == null) {
                throw new IllegalStateException(name + " ended before it was ready");
            }
            url = line.substring(line.indexOf("http://"));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    String url() {
        return url;
    }

    String get(String path) throws Exception {
        return send(request(path).GET());
    }

    String put(String path, String body) throws Exception {
        return send(request(path).PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path));
    }

    private String send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response =
                http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IllegalStateException(response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    /** Ends its standard input, which ends some, and asks the others with SIGTERM. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.destroy();
        process.onExit().join();
    }
}
