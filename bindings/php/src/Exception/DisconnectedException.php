<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** The connection broke after it was made: see `$maybeSent`. */
class DisconnectedException extends NetworkException
{
}
