<?php

declare(strict_types=1);

namespace Verigator;

/** A way to prove a login. */
enum Method: string
{
    /** A PIN in a text message. */
    case Sms = 'sms';
    /** A code from an authenticator app (RFC 6238). */
    case Totp = 'totp';
    /** One of the user's recovery codes. A verification may have had it; none starts with it. */
    case RecoveryCode = 'recovery_code';
}
