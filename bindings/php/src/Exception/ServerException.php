<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** 5xx: the service, or a gateway before it, failed; see `$retryAfter`. */
class ServerException extends ServiceException
{
}
