<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** The service answered with an error status: `$httpStatus`. */
class ServiceException extends VerigatorException
{
}
