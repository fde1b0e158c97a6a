package com.messente.verigator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
    private static final Duration LONG = Duration.ofDays(2);

    @TempDir private Path temporary;

    /** A folder of this name and age with a library in it. */
    private Path folder(String name, Duration age) throws IOException {
        Path folder = Files.createDirectory(temporary.resolve(name));
        Files.writeString(folder.resolve("library.dll"), "");
        return aged(folder, age);
    }

    private static Path aged(Path folder, Duration age) throws IOException {
        return Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minus(age)));
    }

    private void remove() {
        Leftovers.remove(temporary, "verigator-", "library.dll");
    }

    @Test
    void anOldCopyIsRemoved() throws IOException {
        Path old = folder("verigator-1", LONG);
        remove();
        assertFalse(Files.exists(old));
    }

    @Test
    void aCopyThatMayBeLoadedYetStays() throws IOException {
        Path fresh = folder("verigator-1", Duration.ofMinutes(1));
        remove();
        assertTrue(Files.exists(fresh.resolve("library.dll")));
    }

    @Test
    void whatIsNotOursStays() throws IOException {
        Path other = folder("other-1", LONG);
        Path holdsMore = folder("verigator-2", LONG);
        Path more = Files.writeString(holdsMore.resolve("more"), "");
        aged(holdsMore, LONG);
        Files.createSymbolicLink(temporary.resolve("verigator-3"), other);
        remove();
        assertTrue(Files.exists(other.resolve("library.dll")));
        assertTrue(Files.exists(more));
    }

    @Test
    void oneThatStaysDoesNotKeepTheOthers() throws IOException {
        for (int number = 0; number < 9; number++) {
            Path folder = folder("verigator-" + number, LONG);
            if (number % 2 == 0) {
                Files.writeString(folder.resolve("more"), "");
                aged(folder, LONG);
            }
        }
        remove();
        try (Stream<Path> left = Files.list(temporary)) {
            assertEquals(5, left.count());
        }
    }

    @Test
    void aFolderThatBecomesUnreadableMeanwhileKeepsNobodyFromLoading() throws IOException {
        Path old = folder("verigator-1", LONG);
        Leftovers.remove(() -> new Breaking(old), "library.dll");
        assertFalse(Files.exists(old));
    }

    /** Gives one folder, then fails as the operating system may. */
    private static final class Breaking implements DirectoryStream<Path>, Iterator<Path> {
        private Path next;

        Breaking(Path first) {
            next = first;
        }

        @Override
        public Iterator<Path> iterator() {
            return this;
        }

        @Override
        public boolean hasNext() {
            if (next == null) {
                throw new DirectoryIteratorException(new IOException("on purpose"));
            }
            return true;
        }

        @Override
        public Path next() {
            Path given = next;
            next = null;
            return given;
        }

        @Override
        public void close() {}
    }

    @Test
    void aFolderThatIsNotThereHoldsNone() {
        Leftovers.remove(temporary.resolve("nothing"), "verigator-", "library.dll");
    }
}
