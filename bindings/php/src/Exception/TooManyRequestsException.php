<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** 429: too many requests; see `$retryAfter`. */
class TooManyRequestsException extends ServiceException
{
}
