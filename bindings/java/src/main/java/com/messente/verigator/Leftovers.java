package com.messente.verigator;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * What earlier virtual machines left of the native library. Windows deletes no file that is loaded,
 * so a machine cannot remove its own copy, and the next one does.
 */
final class Leftovers {
    /** Another machine may be about to load a younger one. */
    private static final Duration AGE = Duration.ofDays(1);

    private Leftovers() {}

    /**
     * Removes the folders in {@code temporary} whose name starts with {@code prefix} and that hold
     * nothing but {@code fileName}. What is in use stays, and what cannot be removed.
     */
    static void remove(Path temporary, String prefix, String fileName) {
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(temporary, folder -> isOld(folder, prefix))) {
            for (Path folder : folders) {
                removeCopy(folder, fileName);
            }
        } catch (IOException unreadable) {
            // Then nothing of ours can be there.
        }
    }

    private static boolean isOld(Path folder, String prefix) throws IOException {
        return folder.getFileName().toString().startsWith(prefix)
                && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.getLastModifiedTime(folder).toInstant().isBefore(Instant.now().minus(AGE));
    }

    private static void removeCopy(Path folder, String fileName) {
        try {
            Files.deleteIfExists(folder.resolve(fileName));
            Files.deleteIfExists(folder);
        } catch (IOException inUse) {
            // It is for a later machine to remove.
        }
    }
}
