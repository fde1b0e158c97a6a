package com.messente.verigator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {
    private static final String GLIBC = mapping("/usr/lib/x86_64-linux-gnu/libc.so.6");
    private static final String MUSL = mapping("/lib/ld-musl-x86_64.so.1");

    /** What {@code /proc/self/maps} shows of this file, among others. */
    private static String mapping(String file) {
        return "55d0-55d1 r--p 00000000 08:01 7     /opt/jdk/bin/java\n"
                + "7f00-7f01 r-xp 00026000 08:01 8     "
                + file
                + "\n"
                + "7ffc-7ffd rw-p 00000000 00:00 0     [stack]\n";
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, /native/linux-x86_64/libverigator_jni.so",
        "Linux, aarch64, /native/linux-aarch64/libverigator_jni.so",
        "Linux, i386, /native/linux-x86/libverigator_jni.so",
        "Linux, riscv64, /native/linux-riscv64/libverigator_jni.so",
        "Mac OS X, aarch64, /native/macos-aarch64/libverigator_jni.dylib",
        "Mac OS X, x86_64, /native/macos-x86_64/libverigator_jni.dylib",
        "Windows Server 2022, amd64, /native/windows-x86_64/verigator_jni.dll",
        "Windows 11, arm64, /native/windows-aarch64/verigator_jni.dll",
        "FreeBSD, amd64, /native/freebsd-x86_64/libverigator_jni.so",
        "../x, ../y, /native/_x-_y/libverigator_jni.so",
    })
    void eachPlatformHasItsLibrary(String os, String arch, String resource) {
        assertEquals(resource, Platform.of(os, arch, GLIBC).resource());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Alpine, and after an upgrade
                "/lib/ld-musl-x86_64.so.1",
                "/lib/ld-musl-x86_64.so.1 (deleted)",
                // Debian and Void, where the loader is a link
                "/usr/lib/x86_64-linux-musl/libc.so",
                "/usr/lib/libc.so",
            })
    void muslIsAnotherPlatform(String file) {
        assertEquals("linux-x86_64-musl", Platform.of("Linux", "amd64", mapping(file)).toString());
        assertEquals(
                "/native/linux-aarch64-musl/libverigator_jni.so",
                Platform.of("Linux", "aarch64", mapping(file)).resource());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/lib/x86_64-linux-gnu/libc.so.6",
                "/lib/x86_64-linux-gnu/libc-2.31.so",
                "/lib64/ld-linux-x86-64.so.2",
                // Neither a folder's name nor another library's counts.
                "/opt/ld-musl-tools.so.1/libz.so",
                "/opt/lib/libglibc.so",
                "/opt/lib/libc.so.conf",
            })
    void whatIsNotMuslIsNotTakenForIt(String file) {
        assertEquals("linux-x86_64", Platform.of("Linux", "amd64", mapping(file)).toString());
    }

    @Test
    void onlyLinuxHasTwoOfThem() {
        assertEquals("linux-x86_64", Platform.of("Linux", "amd64", "").toString());
        assertEquals("windows-x86_64", Platform.of("Windows 11", "amd64", MUSL).toString());
        assertEquals("freebsd-x86_64", Platform.of("FreeBSD", "amd64", MUSL).toString());
    }

    @Test
    void theLibraryOfThisPlatformIsThere() {
        assertNotNull(Platform.class.getResource(Platform.current().resource()));
    }
}
