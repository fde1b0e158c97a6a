package com.messente.verigator.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VirtualThreadsTest {
    /** The first Java that has them. */
    private static final int SINCE = 21;

    /** A virtual machine that has them: this one, or one that is installed beside it. */
    private static Optional<Path> virtualMachine() throws Exception {
        Path own = Path.of(System.getProperty("java.home"));
        try (Stream<Path> beside = Files.list(own.resolveSibling(""))) {
            List<Path> all = Stream.concat(Stream.of(own), beside).collect(Collectors.toList());
            for (Path home : all) {
                if (version(home) >= SINCE) {
                    return Optional.of(home.resolve(Path.of("bin", "java")));
                }
            }
        }
        return Optional.empty();
    }

    /** The feature version of a Java; 0 for what is none. */
    private static int version(Path home) throws Exception {
        Path file = home.resolve("release");
        if (!Files.isRegularFile(file)) {
            return 0;
        }
        Properties release = new Properties();
        try (InputStream stream = Files.newInputStream(file)) {
            release.load(stream);
        }
        String version = release.getProperty("JAVA_VERSION", "0").replace("\"", "");
        return Runtime.Version.parse(version).feature();
    }

    @Test
    void aThousandWaitOnOneCarrier(@TempDir Path folder) throws Exception {
        Optional<Path> java = virtualMachine();
        assumeTrue(java.isPresent(), "no Java has virtual threads here");
        JavaProgram program =
                JavaProgram.ofTests("ManyVirtualThreads", folder)
                        .on(java.get())
                        .option("-Djdk.virtualThreadScheduler.parallelism=1")
                        .option("-Djdk.virtualThreadScheduler.maxPoolSize=1")
                        .option("--enable-native-access=ALL-UNNAMED")
                        .option("-Xcheck:jni");
        assertEquals(0, program.run(), program::output);
        assertEquals(
                List.of("1000 answered", "cancelled: true, sent: true, interrupted: true"),
                program.output().lines().collect(Collectors.toList()));
    }
}
