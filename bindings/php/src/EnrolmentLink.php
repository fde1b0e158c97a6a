<?php

declare(strict_types=1);

namespace Verigator;

/**
 * A link by which a user sets an authenticator app up.
 *
 * Whoever opens it sets an app up: it is given to its user alone, and `var_dump` does not show it.
 */
final readonly class EnrolmentLink
{
    /**
     * @param string $url where the user opens it: https, or http at a server for development
     * @param string $expiresAt when it ends, as the server says it (RFC 3339)
     * @param bool $replaced whether it ended a link that was good, or an enrolment that was not confirmed
     */
    public function __construct(
        #[\SensitiveParameter] public string $url,
        public string $expiresAt,
        public bool $replaced = false,
    ) {
    }

    /** @return array{expiresAt: string, replaced: bool} what may be shown */
    public function __debugInfo(): array
    {
        return ['expiresAt' => $this->expiresAt, 'replaced' => $this->replaced];
    }
}
