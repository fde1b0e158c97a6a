package com.messente.verigator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;

/** Paths as the native library reads them: in the system's own bytes, on Windows in UTF-8. */
final class PathBytes {
    private static final boolean IS_WINDOWS = "\\".equals(FileSystems.getDefault().getSeparator());

    private PathBytes() {}

    /** {@code null} stays what it is, for the native library to refuse. */
    static byte[] of(Path path) {
        if (path == null) {
            return null;
        }
        if (path.getFileSystem() != FileSystems.getDefault()) {
            throw new IllegalArgumentException(
                    path + " is not in the system's own file system; pass what is in it instead");
        }
        if (IS_WINDOWS) {
            return path.toString().getBytes(StandardCharsets.UTF_8);
        }
        // The text of a path has lost the bytes that are none; its URI has not.
        String escaped = path.toUri().getRawPath().replace("+", "%2B");
        return URLDecoder.decode(escaped, StandardCharsets.ISO_8859_1)
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
