<?php

declare(strict_types=1);

namespace Verigator;

/** A user of a service. */
final readonly class User
{
    /**
     * @param string $id the id at Verigator, for the other calls
     * @param string $ctime when the user was registered, an RFC 3339 timestamp as the service wrote it
     * @param string $idInService the caller's own name for the user
     */
    public function __construct(
        public string $id,
        public string $ctime,
        public string $idInService,
    ) {
    }
}
