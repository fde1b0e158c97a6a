<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** 403: the account may not touch this resource. */
class ForbiddenException extends ServiceException
{
}
