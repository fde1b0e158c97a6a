<?php

declare(strict_types=1);

namespace Verigator\Exception;

/**
 * The client was closed while the call waited, or the call was cancelled: see `$maybeSent`.
 *
 * Where a signal's handler threw something into a call, this is the `getPrevious()` of that.
 */
class CallCancelledException extends VerigatorException
{
}
