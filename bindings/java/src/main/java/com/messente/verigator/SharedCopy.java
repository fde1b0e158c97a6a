package com.messente.verigator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The one file that all copies of the native library are links to. The virtual machine lets no two
 * class loaders load a file of one name, and the library stays when its class loader goes, so with
 * a file for each a server would grow at every redeploy. The system knows a file that it has mapped
 * by its inode, whatever its name.
 */
final class SharedCopy {
    private SharedCopy() {}

    /**
     * Makes {@code copy}, in a folder that only this user may enter, a link to the file with the
     * same bytes that is shared, or shares it. Where that cannot be, it stays what it is.
     */
    static void share(Path copy) {
        try {
            Path own = copy.getParent();
            Path folder = own.resolveSibling("verigator-" + Files.getAttribute(own, "unix:uid"));
            create(folder);
            // Anybody may have made it, and a link to elsewhere too.
            if (state(folder).equals(state(own))) {
                share(copy, folder.resolve(digest(copy)));
            }
        } catch (IOException | UnsupportedOperationException notHere) {
            return;
        }
    }

    private static void create(Path folder) throws IOException {
        try {
            Files.createDirectory(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException earlier) {
            return;
        }
    }

    /** What it is, who owns it, and who may do what with it. */
    private static Object state(Path path) throws IOException {
        return Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
    }

    private static void share(Path copy, Path shared) throws IOException {
        // A machine that lost its power leaves files without their bytes.
        if (Files.exists(shared) && !digest(shared).equals(shared.getFileName().toString())) {
            Files.delete(shared);
        }
        try {
            Files.createLink(shared, copy);
        } catch (FileAlreadyExistsException earlier) {
            Path link = copy.resolveSibling("link");
            Files.createLink(link, shared);
            Files.move(link, copy, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String digest(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            new DigestInputStream(bytes, digest).transferTo(OutputStream.nullOutputStream());
            return new BigInteger(1, digest.digest()).toString(16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
