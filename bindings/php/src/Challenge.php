<?php

declare(strict_types=1);

namespace Verigator;

use Verigator\Internal\Methods;

/**
 * A started authentication that waits for its token.
 *
 * Where another process verifies, store `$method->value` and `$authId`, and make it again from them.
 */
final readonly class Challenge
{
    /** The method that is really used. */
    public Method $method;

    /**
     * @param Method|string $method the method that is really used, or its string
     * @param ?string $authId the id of this authentication, or null if the service gave none
     *
     * @throws Exception\InvalidArgumentException the string is that of no method
     */
    public function __construct(
        Method|string $method,
        public ?string $authId = null,
    ) {
        $this->method = Methods::known($method);
    }
}
