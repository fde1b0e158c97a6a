<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** 401: the API username or password is missing or wrong. */
class UnauthorizedException extends ServiceException
{
}
