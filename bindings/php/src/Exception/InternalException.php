<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** This process ran out of something, or the library has a defect. */
class InternalException extends VerigatorException
{
}
