package com.messente.verigator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a native library is built for: operating system, architecture and, on Linux, C library. */
final class Platform {
    /**
     * A mapping of musl's one file, which is loader and C library and goes by either name; glibc's
     * are called otherwise. After an upgrade of the system a mapping may be of a deleted file.
     */
    private static final Pattern MUSL =
            Pattern.compile(
                    "/(ld-musl-[^/\n]+\\.so\\.1|libc\\.so)( \\(deleted\\))?$", Pattern.MULTILINE);

    private final String os;
    private final String arch;
    private final boolean musl;

    private Platform(String os, String arch, boolean musl) {
        this.os = os;
        this.arch = arch;
        this.musl = musl;
    }

    /** The platform that this virtual machine runs on. */
    static Platform current() {
        return of(System.getProperty("os.name"), System.getProperty("os.arch"), mappings());
    }

    /**
     * The platform of these system properties; {@code mappings} is what Linux shows in {@code
     * /proc/self/maps}: the C library that this process really runs on, when others are installed.
     */
    static Platform of(String osName, String osArch, String mappings) {
        String os = os(osName.toLowerCase(Locale.ROOT));
        String arch = arch(osArch.toLowerCase(Locale.ROOT));
        return new Platform(os, arch, os.equals("linux") && MUSL.matcher(mappings).find());
    }

    private static String os(String name) {
        if (name.startsWith("mac") || name.startsWith("darwin")) {
            return "macos";
        }
        return name.startsWith("windows") ? "windows" : word(name);
    }

    private static String arch(String name) {
        switch (name) {
            case "amd64":
            case "x64":
            case "x86-64":
                return "x86_64";
            case "arm64":
                return "aarch64";
            case "i386":
            case "i486":
            case "i586":
            case "i686":
                return "x86";
            default:
                return word(name);
        }
    }

    /** A name of the system's as it may stand in a path. */
    private static String word(String name) {
        return name.replaceAll("[^a-z0-9_]+", "_");
    }

    private static String mappings() {
        try {
            return Files.readString(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1);
        } catch (IOException | SecurityException notLinux) {
            return "";
        }
    }

    boolean isWindows() {
        return os.equals("windows");
    }

    /** The file name of the native library. */
    String fileName() {
        switch (os) {
            case "windows":
                return "verigator_jni.dll";
            case "macos":
                return "libverigator_jni.dylib";
            default:
                return "libverigator_jni.so";
        }
    }

    /** Where the native library is within the jar. */
    String resource() {
        return "/native/" + this + "/" + fileName();
    }

    @Override
    public String toString() {
        return os + "-" + arch + (musl ? "-musl" : "");
    }
}
