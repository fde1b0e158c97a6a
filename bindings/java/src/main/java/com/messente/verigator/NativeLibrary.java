package com.messente.verigator;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.CodeSource;

/**
 * Loads the native library: the one in the jar for this platform, or the file that the system
 * property {@value #PROPERTY} names.
 */
final class NativeLibrary {
    static final String PROPERTY = "com.messente.verigator.library";

    /** What the names of the folders begin with that hold a copy. */
    private static final String FOLDER = "verigator-";

    private static boolean loaded;

    private NativeLibrary() {}

    /** Loads it, unless it is loaded already. A failure is told again at every attempt. */
    static synchronized void load() {
        if (!loaded) {
            String file = System.getProperty(PROPERTY);
            if (file == null) {
                loadFromJar(Platform.current());
            } else {
                loadNamed(file);
            }
            loaded = true;
        }
    }

    /** Loads the file that the system property names. */
    static void loadNamed(String file) {
        try {
            System.load(Path.of(file).toAbsolutePath().toString());
        } catch (InvalidPathException | UnsatisfiedLinkError error) {
            String what = "the native library %s, which the system property %s names, cannot be";
            throw failure(String.format(what, file, PROPERTY) + " loaded on " + platform(), error);
        }
    }

    /** Loads the library for {@code platform} from the jar. */
    static void loadFromJar(Platform platform) {
        String what = "%s in %s, the native library for %s,";
        what = String.format(what, platform.resource(), origin(), platform);
        URL library = NativeLibrary.class.getResource(platform.resource());
        if (library == null) {
            throw failure(what + " is not there: none was built for this platform", null);
        }
        String folder = System.getProperty("java.io.tmpdir");
        try {
            Path temporary = Path.of(folder).toAbsolutePath();
            if (platform.isWindows()) {
                Leftovers.remove(temporary, FOLDER, platform.fileName());
            }
            loadCopy(library, temporary, platform.fileName());
        } catch (IOException | InvalidPathException | UnsatisfiedLinkError error) {
            throw failure(what + " cannot be loaded from a copy in " + folder, error);
        }
    }

    private static void loadCopy(URL library, Path temporary, String fileName) throws IOException {
        // Only this user may enter the folder, so nobody can put another library there.
        Path folder = Files.createTempDirectory(temporary, FOLDER);
        Path copy = folder.resolve(fileName);
        try (InputStream bytes = library.openStream()) {
            Files.copy(bytes, copy);
            SharedCopy.share(copy);
            System.load(copy.toString());
        } catch (UnsatisfiedLinkError refused) {
            throw isExecutable(copy) ? refused : noexec(refused);
        } finally {
            remove(copy);
            remove(folder);
        }
    }

    /** Whether it may be run, as a library must; the system asks where it is mounted, too. */
    private static boolean isExecutable(Path copy) {
        return copy.toFile().setExecutable(true) && copy.toFile().canExecute();
    }

    private static UnsatisfiedLinkError noexec(UnsatisfiedLinkError refused) {
        return new UnsatisfiedLinkError(
                refused.getMessage()
                        + ": it is on a file system that is mounted noexec; name another folder in"
                        + " java.io.tmpdir");
    }

    /** Removes what was only needed for loading; where a loaded file is held, at the end. */
    private static void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException held) {
            path.toFile().deleteOnExit();
        }
    }

    private static String origin() {
        CodeSource source = NativeLibrary.class.getProtectionDomain().getCodeSource();
        return source == null ? "the class path" : source.getLocation().toString();
    }

    private static Platform platform() {
        return Platform.current();
    }

    private static UnsatisfiedLinkError failure(String what, Throwable cause) {
        String why = cause == null ? "" : " (" + cause.getMessage() + ")";
        String help = "; name one in the system property " + PROPERTY;
        UnsatisfiedLinkError failure = new UnsatisfiedLinkError(what + why + help);
        failure.initCause(cause);
        return failure;
    }
}
