<?php

declare(strict_types=1);

namespace Verigator;

/** A version of TLS. */
enum TlsVersion: int
{
    /** RFC 5246. */
    case Tls12 = 12;
    /** RFC 8446. */
    case Tls13 = 13;
}
