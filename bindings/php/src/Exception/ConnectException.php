<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** No connection could be made. Nothing was sent. */
class ConnectException extends NetworkException
{
}
