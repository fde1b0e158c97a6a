package com.messente.verigator.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.messente.verigator.Verigator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstalledJarTest {
    @Test
    void theTestedCopyIsTheInstalledOne() {
        Path repository = Path.of(System.getProperty("verigator.repository")).normalize();
        // The official client's are com.messente.verigator and verigator-java.
        Path folder = repository.resolve(Path.of("libverigator", "libverigator-java"));
        assertTrue(JavaProgram.JAR.startsWith(folder), JavaProgram.JAR::toString);
        assertTrue(JavaProgram.JAR.toString().endsWith(".jar"), JavaProgram.JAR::toString);
    }

    @Test
    void theManifestNamesModuleAndVersion() throws Exception {
        try (JarFile jar = new JarFile(JavaProgram.JAR.toFile())) {
            Manifest manifest = jar.getManifest();
            assertEquals(
                    "com.messente.verigator",
                    manifest.getMainAttributes().getValue("Automatic-Module-Name"));
            assertEquals(
                    Verigator.class.getPackage().getImplementationVersion(),
                    manifest.getMainAttributes().getValue("Implementation-Version"));
        }
    }

    @Test
    void theLicencesAreInIt() throws Exception {
        try (JarFile jar = new JarFile(JavaProgram.JAR.toFile())) {
            assertNotNull(jar.getEntry("META-INF/LICENSE-APACHE"));
            assertNotNull(jar.getEntry("META-INF/LICENSE-MIT"));
        }
    }

    private static final String OPEN =
            "public class Open {\n"
                    + "    public static void main(String[] args) {\n"
                    + "        new com.messente.verigator.Verigator(\"user\", \"word\").close();\n"
                    + "    }\n"
                    + "}\n";

    private static JavaProgram open(Path folder) throws Exception {
        return JavaProgram.compile("Open", OPEN, folder);
    }

    @Test
    void oneCopyIsLeftInTheTemporaryFolder(@TempDir Path folder, @TempDir Path temporary)
            throws Exception {
        JavaProgram program = open(folder).option("-Djava.io.tmpdir=" + temporary);
        for (int run = 0; run < 2; run++) {
            assertEquals(0, program.run(), program::output);
            try (Stream<Path> left = Files.list(temporary)) {
                Path[] folders = left.filter(file -> !isOfTheMachine(file)).toArray(Path[]::new);
                assertEquals(1, folders.length);
                assertEquals(1, folders[0].toFile().list().length);
            }
        }
    }

    @Test
    void aRelativeTemporaryFolderWillDo(@TempDir Path folder) throws Exception {
        JavaProgram program = open(folder).option("-Djava.io.tmpdir=.");
        assertEquals(0, program.run(), program::output);
    }

    /** What the virtual machine itself may put there. */
    private static boolean isOfTheMachine(Path file) {
        return file.getFileName().toString().startsWith("hsperfdata_");
    }

    @Test
    void aPlatformWithoutALibraryIsTold(@TempDir Path folder) throws Exception {
        JavaProgram program = open(folder).option("-Dos.arch=pdp11");
        assertNotEquals(0, program.run());
        String told = program.output();
        assertTrue(told.contains("UnsatisfiedLinkError: /native/"), told);
        assertTrue(told.contains("-pdp11/libverigator_jni"), told);
        assertTrue(told.contains(JavaProgram.JAR.getFileName().toString()), told);
        assertTrue(told.contains("com.messente.verigator.library"), told);
    }

    @Test
    void aNamedLibraryIsUsed(@TempDir Path folder) throws Exception {
        Path library = folder.resolve("a library.so");
        try (JarFile jar = new JarFile(JavaProgram.JAR.toFile())) {
            String platform = "native/" + System.getProperty("verigator.platform") + "/";
            String name =
                    jar.stream()
                            .map(entry -> entry.getName())
                            .filter(entry -> entry.startsWith(platform + "libverigator_jni"))
                            .findFirst()
                            .orElseThrow();
            Files.copy(jar.getInputStream(jar.getEntry(name)), library);
        }
        // The platform is not asked for, so this one need not be known.
        JavaProgram program =
                open(folder)
                        .option("-Dos.arch=pdp11")
                        .option("-Dcom.messente.verigator.library=" + library);
        assertEquals(0, program.run(), program::output);
    }
}
