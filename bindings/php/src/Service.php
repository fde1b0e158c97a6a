<?php

declare(strict_types=1);

namespace Verigator;

/** A registered service: what its users log in to. */
final readonly class Service
{
    /**
     * @param string $id for the other calls
     * @param string $name what users see
     * @param string $ctime when it was made, an RFC 3339 timestamp as the service wrote it
     */
    public function __construct(
        public string $id,
        public string $name,
        public string $ctime,
    ) {
    }
}
