<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** 422 or 400: a value is not acceptable to the service. */
class InvalidDataException extends ServiceException
{
}
