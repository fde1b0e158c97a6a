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
        String file = folder.resolve("no-library.so").toString();
        Error error = assertThrows(UnsatisfiedLinkError.class, () -> NativeLibrary.loadNamed(file));
        assertContains(error, file, NativeLibrary.PROPERTY);
        assertContains(error, Platform.current().toString());
    }

    /** So is one of characters that the system's locale has not. */
    @Test
    void aTemporaryFolderThatIsNoPathIsTold() {
        String temporary = System.setProperty("java.io.tmpdir", "a\0b");
        try {
            Platform platform = Platform.current();
            Error error =
                    assertThrows(
                            UnsatisfiedLinkError.class, () -> NativeLibrary.loadFromJar(platform));
            assertContains(error, "a\0b", NativeLibrary.PROPERTY);
        } finally {
            System.setProperty("java.io.tmpdir", temporary);
        }
    }

    @Test
    void aNameThatIsNoPathIsTold() {
        Error error =
                assertThrows(UnsatisfiedLinkError.class, () -> NativeLibrary.loadNamed("a\0b"));
        assertContains(error, "a\0b", NativeLibrary.PROPERTY);
    }

    private static void assertContains(Error error, String... parts) {
        for (String part : parts) {
            assertTrue(error.getMessage().contains(part), error::getMessage);
        }
    }
}
