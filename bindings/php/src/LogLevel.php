<?php

declare(strict_types=1);

namespace Verigator;

/** How much of a call is logged: each level has those above it, too. The values are PSR-3's. */
enum LogLevel: string
{
    /** A call failed. */
    case Error = 'error';
    /** Something went wrong that was made good, such as a repeated attempt. */
    case Warning = 'warning';
    /** One line for each call that was answered. */
    case Info = 'info';
    /** What happens within a call. */
    case Debug = 'debug';
}
