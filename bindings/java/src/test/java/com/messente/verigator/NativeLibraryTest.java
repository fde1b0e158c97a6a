package com.messente.verigator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
    @Test
    void loadingAgainDoesNothing() {
        NativeLibrary.load();
        NativeLibrary.load();
    }

    @Test
    void theVersionIsThatOfTheJar() {
        assertEquals(System.getProperty("verigator.version"), BuildVersion.getBuildVersion());
    }

    @Test
    void anUnknownPlatformIsTold() {
        Platform platform = Platform.of("Plan 9", "mips", "");
        Error error =
                assertThrows(UnsatisfiedLinkError.class, () -> NativeLibrary.loadFromJar(platform));
        assertContains(error, "plan_9-mips", "/native/plan_9-mips/libverigator_jni.so");
        assertContains(error, "file:", NativeLibrary.PROPERTY);
    }

    @Test
    void aNamedFileThatIsNotThereIsTold(@TempDir Path folder) {
        Path file = folder.resolve("no-library.so");
        Error error = assertThrows(UnsatisfiedLinkError.class, () -> NativeLibrary.loadNamed(file));
        assertContains(error, file.toString(), NativeLibrary.PROPERTY);
        assertContains(error, Platform.current().toString());
    }

    private static void assertContains(Error error, String... parts) {
        for (String part : parts) {
            assertTrue(error.getMessage().contains(part), error::getMessage);
        }
    }
}
