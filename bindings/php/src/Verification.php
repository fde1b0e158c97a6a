<?php

declare(strict_types=1);

namespace Verigator;

/** What the service says of a token. As every object of PHP it is true in an `if`: ask `$verified`. */
final readonly class Verification
{
    /**
     * @param bool $verified whether the token proves the login. Only true is a yes
     * @param ?Method $method the method that was checked, or null if the service does not say
     * @param bool $throttled there were too many checks: wait before the next one
     * @param bool $expired the token was too old
     * @param bool $invalid the token was wrong
     * @param ?string $result the service's word for the outcome, such as `"INVALID"`, or null
     */
    public function __construct(
        public bool $verified,
        public ?Method $method = null,
        public bool $throttled = false,
        public bool $expired = false,
        public bool $invalid = false,
        public ?string $result = null,
    ) {
    }
}
