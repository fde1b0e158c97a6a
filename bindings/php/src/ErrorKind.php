<?php

declare(strict_types=1);

namespace Verigator;

/** The groups of failures: where to look for the reason. */
enum ErrorKind: string
{
    /** The call itself was wrong, and nothing was sent. */
    case Usage = 'usage';
    /** The service was not reached, or the connection broke. */
    case Network = 'network';
    /** The deadline passed. */
    case Timeout = 'timeout';
    /** The client was closed, or the call cancelled. */
    case Cancelled = 'cancelled';
    /** The reply breaks the contract. */
    case Protocol = 'protocol';
    /** The service answered with an error status. */
    case Service = 'service';
    /** This process ran out of something, or the library has a defect. */
    case Internal = 'internal';
}
