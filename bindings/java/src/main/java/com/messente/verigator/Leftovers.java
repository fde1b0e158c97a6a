package com.messente.verigator;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
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
        remove(
                () -> Files.newDirectoryStream(temporary, folder -> isOld(folder, prefix)),
                fileName);
    }

    /** A walk through folders. */
    @FunctionalInterface
    interface Walk {
        DirectoryStream<Path> begin() throws IOException;
    }

    static void remove(Walk walk, String fileName) {
        try (DirectoryStream<Path> folders = walk.begin()) {
            for (Path folder : folders) {
                removeCopy(folder, fileName);
            }
        } catch (IOException | DirectoryIteratorException unreadable) {
            // What is left is for a later machine to remove.
        }
    }

    private static boolean isOld(Path folder, String prefix) {
        return folder.getFileName().toString().startsWith(prefix)
                && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && age(folder).compareTo(AGE) > 0;
    }

    /** The age of a folder; none if another machine has just removed it. */
    private static Duration age(Path folder) {
        try {
            return Duration.between(Files.getLastModifiedTime(folder).toInstant(), Instant.now());
        } catch (IOException gone) {
            return Duration.ZERO;
        }
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
