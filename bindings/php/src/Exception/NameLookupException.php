<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** The name of the server or proxy could not be resolved. Nothing was sent. */
class NameLookupException extends NetworkException
{
}
