<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** An argument is missing, malformed or out of its limits. */
class InvalidArgumentException extends UsageException
{
}
