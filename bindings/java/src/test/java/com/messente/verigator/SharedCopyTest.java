package com.messente.verigator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class SharedCopyTest {
    @TempDir private Path temporary;

    /** Where the shared files are. */
    private Path folder;

    @BeforeEach
    void find() throws IOException {
        folder = temporary.resolve("verigator-" + Files.getAttribute(temporary, "unix:uid"));
    }

    /** A copy with this text, after it was shared; it has the text still. */
    private Path shared(String text) throws IOException {
        Path own = Files.createTempDirectory(temporary, "own");
        Path copy = Files.writeString(own.resolve("library.so"), text);
        SharedCopy.share(copy);
        assertEquals(text, Files.readString(copy));
        assertEquals(1, own.toFile().list().length);
        return copy;
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    private void assertNotShared() throws IOException {
        assertNotEquals(inode(shared("library")), inode(shared("library")));
    }

    @Test
    void theSameBytesAreOneFile() throws IOException {
        Path first = shared("library");
        assertEquals(inode(first), inode(shared("library")));
        assertNotEquals(inode(first), inode(shared("another")));
        Files.delete(first);
        assertEquals(inode(shared("library")), inode(shared("library")));
        assertEquals("rwx------", permissions());
    }

    private String permissions() throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
    }

    @Test
    void aFolderThatOthersMayWriteToIsNotUsed() throws IOException {
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertNotShared();
    }

    @Test
    void aFolderThatIsALinkIsNotUsed() throws IOException {
        Files.createSymbolicLink(folder, Files.createTempDirectory(temporary, "elsewhere"));
        assertNotShared();
    }

    @Test
    void aFileThatLostItsBytesIsReplaced() throws IOException {
        shared("library");
        Path file = folder.resolve(folder.toFile().list()[0]);
        Files.writeString(file, "");
        assertEquals(inode(shared("library")), inode(shared("library")));
        assertEquals("library", Files.readString(file));
    }

    @Test
    void whereNothingCanBeSharedTheCopyStays() throws IOException {
        Files.writeString(folder, "");
        assertNotShared();
        assertTrue(Files.isRegularFile(folder));
    }
}
