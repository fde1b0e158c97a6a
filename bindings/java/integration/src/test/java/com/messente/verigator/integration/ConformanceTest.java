package com.messente.verigator.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Runs the cases that every language runs; tests/conformance/README.md says what they are. */
class ConformanceTest {
    @Test
    void everyCasePasses() throws Exception {
        Process peer =
                new ProcessBuilder(
                                Workspace.path("target", "debug", "conformance-peer").toString(),
                                "run",
                                "java",
                                "--",
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xcheck:jni",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ConformanceRunner.class.getName())
                        .directory(Workspace.path("").toFile())
                        .redirectErrorStream(true)
                        .start();
        peer.getOutputStream().close();
        byte[] said = peer.getInputStream().readAllBytes();
        assertEquals(0, peer.waitFor(), new String(said, StandardCharsets.UTF_8));
    }
}
