<?php

declare(strict_types=1);

namespace Verigator;

/** How far the enrolment of a user's authenticator app has come. */
final readonly class TotpState
{
    /**
     * @param bool $confirmed whether an app is confirmed, so that logins use it
     * @param bool $pending whether an enrolment was begun that waits for its first token
     */
    public function __construct(
        public bool $confirmed,
        public bool $pending,
    ) {
    }
}
