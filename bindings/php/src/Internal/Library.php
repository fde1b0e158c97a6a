<?php

declare(strict_types=1);

namespace Verigator\Internal;

use FFI;
use Verigator\Exception\LibraryLoadException;

/**
 * The native library: loaded once a process, or in FPM once for all.
 *
 * @internal
 */
final class Library
{
    /** What `ffi.preload` declares it as; see bin/verigator-fpm. */
    public const SCOPE = 'verigator';

    /** What the system's loader knows it as. */
    private const SONAME = ['Linux' => 'libverigator.so.1', 'Darwin' => 'libverigator.1.dylib'];

    private const FILE = ['Windows' => 'verigator.dll', 'Darwin' => 'libverigator.dylib'];

    private static ?FFI $library = null;

    /**
     * The library's functions and constants, as `verigator.cdef` declares them.
     *
     * @throws LibraryLoadException it cannot be loaded
     */
    public static function get(): FFI
    {
        return self::$library ??= self::load();
    }

    /** Where in this package the library for this platform would be. */
    public static function packaged(): string
    {
        $file = self::FILE[PHP_OS_FAMILY] ?? 'libverigator.so';

        return dirname(__DIR__, 2) . '/native/' . self::platform() . "/$file";
    }

    /**
     * The declarations of the C API, with handles as the numbers that they are: nobody follows them, and
     * FFI would make an object of each pointer.
     */
    public static function declarations(): string
    {
        $declarations = (string) file_get_contents(dirname(__DIR__, 2) . '/verigator.cdef');
        preg_match_all('/^typedef struct (\w+) /m', $declarations, $types);
        $handle = '/\b(const )?(' . implode('|', $types[1]) . ') \*/';

        return (string) preg_replace($handle, 'uint64_t ', $declarations);
    }

    /** This platform's name, as the folders of `native` have it. */
    private static function platform(): string
    {
        $machine = strtolower(php_uname('m'));
        $machine = ['amd64' => 'x86_64', 'arm64' => 'aarch64'][$machine] ?? $machine;
        $system = ['Darwin' => 'macos'][PHP_OS_FAMILY] ?? strtolower(PHP_OS_FAMILY);

        return "$system-$machine" . (self::isMusl() ? '-musl' : '');
    }

    /** Asks the C library that is in this process: files do not tell which of two it is. */
    private static function isMusl(): bool
    {
        if (PHP_OS_FAMILY !== 'Linux') {
            return false;
        }
        try {
            FFI::cdef('const char *gnu_get_libc_version(void);');

            return false;
        } catch (FFI\Exception) {
            return true;
        }
    }

    private static function load(): FFI
    {
        if (!extension_loaded('ffi')) {
            throw new LibraryLoadException('the extension ffi is missing; install it, with extension=ffi in php.ini');
        }
        if (PHP_INT_SIZE < 8) {
            throw new LibraryLoadException('this PHP has integers of 32 bits; use one of 64 bits');
        }

        return self::preloaded() ?? self::declare();
    }

    /** What `ffi.preload` has loaded, if it has. */
    private static function preloaded(): ?FFI
    {
        try {
            return FFI::scope(self::SCOPE);
        } catch (FFI\Exception $refusal) {
            if (str_contains($refusal->getMessage(), 'ffi.enable')) {
                throw new LibraryLoadException(self::restricted(), previous: $refusal);
            }

            return null;
        }
    }

    private static function declare(): FFI
    {
        $packaged = self::packaged();
        $soname = self::SONAME[PHP_OS_FAMILY] ?? self::FILE[PHP_OS_FAMILY] ?? 'libverigator.so.1';
        try {
            return FFI::cdef(self::declarations(), is_file($packaged) ? $packaged : $soname);
        } catch (FFI\Exception $error) {
            throw new LibraryLoadException(self::missing($packaged, $soname, $error), previous: $error);
        }
    }

    /** @param string $packaged the file in this package @param string $soname what the system may have */
    private static function missing(string $packaged, string $soname, FFI\Exception $error): string
    {
        $platform = self::platform();
        $looked = is_file($packaged)
            ? "$packaged is there, but not for this machine, of another version, or damaged"
            : "there is no $packaged, and the system has no $soname that fits";

        return "libverigator cannot be loaded on $platform: $looked ({$error->getMessage()}). Install the package "
            . "anew with Composer, one that was made for $platform, or run `make install` in the library's source";
    }

    private static function restricted(): string
    {
        $enable = strtolower((string) ini_get('ffi.enable'));
        if (in_array($enable, ['', '0', 'false', 'off', 'no'], true)) {
            return 'ffi.enable in php.ini turns FFI off; set ffi.enable=preload, which is the default, '
                . 'and see the README of this package under FPM';
        }
        $preload = dirname(__DIR__, 2) . '/preload.php';

        return "ffi.enable=$enable in php.ini allows FFI to preloaded files only; set opcache.preload=$preload "
            . '(or require that file in the preload script that you have), or ffi.enable=true';
    }
}
