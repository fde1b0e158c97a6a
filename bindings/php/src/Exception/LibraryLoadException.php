<?php

declare(strict_types=1);

namespace Verigator\Exception;

use RuntimeException;

/**
 * The native library could not be loaded, so that no client can be made.
 *
 * The message names the platform, what was looked for and where, or the directive of php.ini that
 * is in the way, and what to do.
 */
final class LibraryLoadException extends RuntimeException
{
}
