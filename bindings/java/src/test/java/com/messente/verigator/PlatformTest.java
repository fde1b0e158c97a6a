package com.messente.verigator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
    private static final String GLIBC = "7f00-7f01 r-xp 0 08:01 7 /lib/x86_64-linux-gnu/libc.so.6";
    private static final String MUSL = "7f00-7f01 r-xp 0 08:01 7 /lib/ld-musl-x86_64.so.1";

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

    @Test
    void muslIsAnotherPlatform() {
        assertEquals("linux-x86_64-musl", Platform.of("Linux", "amd64", MUSL).toString());
        assertEquals("linux-x86_64", Platform.of("Linux", "amd64", "").toString());
        assertEquals("windows-x86_64", Platform.of("Windows 11", "amd64", MUSL).toString());
    }

    @Test
    void theLibraryOfThisPlatformIsThere() {
        assertNotNull(Platform.class.getResource(Platform.current().resource()));
    }
}
