<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** The service was not reached, or the connection broke. */
class NetworkException extends VerigatorException
{
}
