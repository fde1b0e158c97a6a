<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** The deadline passed before the reply was there: see `$maybeSent`. */
class DeadlineExceededException extends VerigatorException
{
}
