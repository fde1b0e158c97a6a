package com.messente.verigator.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailuresTest {
    @Test
    void eachIsToldFromTheOthers(@TempDir Path folder) throws Exception {
        String source = Files.readString(Workspace.path("examples", "java", "Failures.java"));
        try (Server server = new Server()) {
            JavaProgram program =
                    JavaProgram.compile("Failures", source, folder)
                            .environment("VERIGATOR_USERNAME", Server.USERNAME)
                            .environment("VERIGATOR_PASSWORD", Server.PASSWORD)
                            .environment("VERIGATOR_BASE_URL", server.url());
            assertEquals(0, program.run(), program::output);
            String expected = Files.readString(Workspace.path("examples", "failures.txt"));
            assertEquals(expected, program.output());
        }
    }
}
