<?php

/**
 * Preloads this package: under FPM only code that is preloaded may use FFI (ffi.enable=preload, PHP's
 * default). opcache.preload names this file, or a preload script of yours requires it.
 */

declare(strict_types=1);

(static function (): void {
    $folder = new RecursiveDirectoryIterator(__DIR__ . '/src', FilesystemIterator::SKIP_DOTS);
    foreach (new RecursiveIteratorIterator($folder) as $file) {
        if ($file->getExtension() === 'php') {
            opcache_compile_file($file->getPathname());
        }
    }
})();
