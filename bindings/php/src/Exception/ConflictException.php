<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** 409: it exists already, or an authentication cannot start now. */
class ConflictException extends ServiceException
{
}
