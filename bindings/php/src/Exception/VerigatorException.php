<?php

declare(strict_types=1);

namespace Verigator\Exception;

use RuntimeException;
use Throwable;
use Verigator\ErrorKind;

/**
 * A call failed.
 *
 * Its message is one line for a person, safe to print and to log: what was wrong, with which value,
 * and what to do. It holds no password and no token. Its code is `$status`.
 */
class VerigatorException extends RuntimeException
{
    /**
     * @internal The library makes it.
     *
     * @param string $message what was wrong and what to do, on one line
     * @param int $status the permanent number of the failure. Positive is the HTTP status that the
     *     service answered, negative arose on this side (`VERIGATOR_*` in `verigator.h`)
     * @param ErrorKind $kind the group it belongs to
     * @param ?int $httpStatus the HTTP status that made the call fail, or null if it failed otherwise
     * @param ?string $serviceMessage the service's own message exactly as it came, or null. It is the
     *     network's: do not print it unescaped
     * @param ?string $body the bytes of the reply's body exactly as they came, or null if none was read
     * @param ?string $requestId the reply's X-Request-Id, for the operator of the service, or null
     * @param ?float $retryAfter how many seconds the service asked to wait, or null if it did not
     * @param bool $maybeSent whether bytes of the request may have reached the service
     * @param bool $retrySafe whether the same call again can do no harm, such as a second message
     * @param ?Throwable $previous what brought it about, if anything
     */
    final public function __construct(
        string $message,
        public readonly int $status,
        public readonly ErrorKind $kind,
        public readonly ?int $httpStatus = null,
        public readonly ?string $serviceMessage = null,
        public readonly ?string $body = null,
        public readonly ?string $requestId = null,
        public readonly ?float $retryAfter = null,
        public readonly bool $maybeSent = true,
        public readonly bool $retrySafe = false,
        ?Throwable $previous = null,
    ) {
        parent::__construct($message, $status, $previous);
    }
}
