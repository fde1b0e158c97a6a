<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** The call itself was wrong: mend the program or its configuration. Nothing was sent. */
class UsageException extends VerigatorException
{
}
