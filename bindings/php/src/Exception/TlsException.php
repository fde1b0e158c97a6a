<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** TLS failed: certificate, host name, pinned key, version, or a peer that speaks no TLS. */
class TlsException extends NetworkException
{
}
