<?php

declare(strict_types=1);

namespace Verigator\Internal;

use Verigator\LogLevel;

/**
 * Levels of log lines between PHP and C.
 *
 * @internal
 */
final class LogLevels
{
    /** As C reads it. */
    public static function number(LogLevel $level): int
    {
        return match ($level) {
            LogLevel::Error => Library::get()->VERIGATOR_LOG_ERROR,
            LogLevel::Warning => Library::get()->VERIGATOR_LOG_WARN,
            LogLevel::Info => Library::get()->VERIGATOR_LOG_INFO,
            LogLevel::Debug => Library::get()->VERIGATOR_LOG_DEBUG,
        };
    }

    /** As PSR-3 has it. */
    public static function named(int $level): string
    {
        return match ($level) {
            Library::get()->VERIGATOR_LOG_ERROR => LogLevel::Error->value,
            Library::get()->VERIGATOR_LOG_WARN => LogLevel::Warning->value,
            Library::get()->VERIGATOR_LOG_INFO => LogLevel::Info->value,
            default => LogLevel::Debug->value,
        };
    }
}
