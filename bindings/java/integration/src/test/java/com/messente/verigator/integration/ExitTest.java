package com.messente.verigator.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A virtual machine ends at once, and as it was to, whatever calls are under way. */
class ExitTest {
    private static final int TIMES = 5;

    private static void end(Path folder, String how, int status) throws Exception {
        JavaProgram program =
                JavaProgram.ofTests("EndWithCallsUnderWay", folder)
                        .environment("HOW", how)
                        .option("-Xcheck:jni");
        for (int time = 0; time < TIMES; time++) {
            assertEquals(status, program.run(), program::output);
            assertEquals("waiting", program.output().trim());
        }
    }

    @Test
    void byExit(@TempDir Path folder) throws Exception {
        end(folder, "exit", 7);
    }

    @Test
    void withItsLastThread(@TempDir Path folder) throws Exception {
        end(folder, "return", 0);
    }
}
