<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** An option, or the options together, cannot be used. */
class InvalidConfigException extends UsageException
{
}
