<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** The reply is larger than the limit (`Options::$maxResponseBytes`). */
class ResponseTooLargeException extends ProtocolException
{
}
