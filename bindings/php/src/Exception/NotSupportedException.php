<?php

declare(strict_types=1);

namespace Verigator\Exception;

/**
 * 501: the server has no such route. verigator-server has it, the hosted service has not.
 *
 * It may have answered 404 or 405, which is then the `$httpStatus`. Nothing was done.
 */
class NotSupportedException extends ServiceException
{
}
