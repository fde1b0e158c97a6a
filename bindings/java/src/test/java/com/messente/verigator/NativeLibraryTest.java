package com.messente.verigator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
        assertContains(refusalOf("a\0b"), "a\0b", NativeLibrary.PROPERTY);
    }

    /** Where nobody but root may mount one, it is not tried. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aTemporaryFolderThatIsMountedNoexecIsTold(@TempDir Path folder) throws Exception {
        String place = folder.toString();
        assumeTrue(isRun("mount", "-t", "tmpfs", "-o", "noexec", "tmpfs", place));
        try {
            assertContains(refusalOf(place), place, "noexec", "java.io.tmpdir");
        } finally {
            // The virtual machine holds on to what it could not load.
            assertTrue(isRun("umount", "--lazy", place));
        }
    }

    private static boolean isRun(String... command) throws Exception {
        return new ProcessBuilder(command).start().waitFor() == 0;
    }

    /** What is said where this is the temporary folder. */
    private static Error refusalOf(String folder) {
        String temporary = System.setProperty("java.io.tmpdir", folder);
        try {
            Platform platform = Platform.current();
            return assertThrows(
                    UnsatisfiedLinkError.class, () -> NativeLibrary.loadFromJar(platform));
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
