<?php

declare(strict_types=1);

namespace Verigator;

/**
 * What an authenticator app is enrolled with.
 *
 * All but `$replaced` is the secret in some form: it is shown to its user once, and `var_dump` does
 * not show it.
 */
final readonly class Enrolment
{
    /**
     * @param string $secret the secret in base32 (RFC 4648 section 6), for who cannot scan
     * @param string $uri the same as a URI for the app, which begins with `otpauth://`
     * @param string $qrSvg the URI as a QR code, an SVG image
     * @param bool $replaced whether an enrolment that was begun before and not confirmed has ended by
     *     this one
     */
    public function __construct(
        #[\SensitiveParameter] public string $secret,
        #[\SensitiveParameter] public string $uri,
        #[\SensitiveParameter] public string $qrSvg,
        public bool $replaced = false,
    ) {
    }

    /** @return array{replaced: bool} what may be shown */
    public function __debugInfo(): array
    {
        return ['replaced' => $this->replaced];
    }
}
