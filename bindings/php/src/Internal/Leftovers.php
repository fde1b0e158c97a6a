<?php

declare(strict_types=1);

namespace Verigator\Internal;

use WeakMap;

/**
 * Frees what a request leaves behind that dies of a fatal error: PHP then runs no destructor, and
 * the process may have thousands of requests before it. On the command line it ends with its one.
 *
 * @internal
 */
final class Leftovers
{
    private const FATAL = E_ERROR | E_CORE_ERROR | E_COMPILE_ERROR | E_USER_ERROR | E_RECOVERABLE_ERROR | E_PARSE;

    /** @var ?WeakMap<Handle, true> what is alive in this request */
    private static ?WeakMap $handles = null;

    /** Has it freed at the request's end, if nothing else does. */
    public static function watch(Handle $handle): void
    {
        if (PHP_SAPI === 'cli') {
            return;
        }
        if (self::$handles === null) {
            self::$handles = new WeakMap();
            // The shutdown functions that are registered later may need what is freed, so this comes after.
            register_shutdown_function(static fn () => register_shutdown_function(self::free(...)));
        }
        self::$handles[$handle] = true;
    }

    private static function free(): void
    {
        if (((error_get_last()['type'] ?? 0) & self::FATAL) === 0) {
            return;
        }
        foreach (self::$handles ?? [] as $handle => $_) {
            $handle->free();
        }
    }
}
