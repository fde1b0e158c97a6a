<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** The client was closed before the call. */
class ClosedException extends UsageException
{
}
