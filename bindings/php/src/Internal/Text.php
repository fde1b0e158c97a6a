<?php

declare(strict_types=1);

namespace Verigator\Internal;

use Verigator\Exception\InvalidConfigException;

/**
 * Text between PHP and C.
 *
 * @internal
 */
final class Text
{
    /**
     * Text as C reads it. The library refuses what is no text to it.
     *
     * A NUL, which would end the text early, goes as two bytes by which the library knows it.
     */
    public static function in(#[\SensitiveParameter] string $text): string
    {
        return str_replace("\0", "\xC0\x80", $text);
    }

    /** The same, where there may be none. */
    public static function optional(#[\SensitiveParameter] ?string $text): ?string
    {
        return $text === null ? null : self::in($text);
    }

    /**
     * A path as C reads it: the system's own bytes, which need not be UTF-8.
     *
     * @param string $name what the library calls it
     *
     * @throws InvalidConfigException it has a NUL, which only this side can see: to C all other bytes
     *     may be a path's
     */
    public static function path(string $name, string $path): string
    {
        if (str_contains($path, "\0")) {
            throw Failures::config("$name has a NUL character; pass text without one");
        }

        return $path;
    }
}
