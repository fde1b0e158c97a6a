<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** The reply cannot be believed: it breaks the contract. */
class ProtocolException extends VerigatorException
{
}
