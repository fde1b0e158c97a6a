<?php

declare(strict_types=1);

namespace Verigator;

/** The version of this package, which is that of the library. */
final class Version
{
    /** As in `composer.json`. */
    public const NUMBER = '1.0.0';
}
