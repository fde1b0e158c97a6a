<?php

declare(strict_types=1);

namespace Verigator\Internal;

use Verigator\Method;

/**
 * Methods between PHP and C, which takes numbers only and so cannot say which text was wrong.
 *
 * @internal
 */
final class Methods
{
    /** @var ?array<int, Method> by C's numbers, which are asked for once */
    private static ?array $numbered = null;

    /**
     * The method of this name.
     *
     * @throws \Verigator\Exception\InvalidArgumentException there is none
     */
    public static function known(Method|string $method): Method
    {
        return $method instanceof Method ? $method : Method::tryFrom($method) ?? throw self::refusal($method);
    }

    /**
     * A method that an authentication can start with, as C reads it.
     *
     * @throws \Verigator\Exception\InvalidArgumentException it is none of those
     */
    public static function number(Method|string $method): int
    {
        $method = self::known($method);

        return match ($method) {
            Method::Sms => Library::get()->VERIGATOR_METHOD_SMS,
            Method::Totp => Library::get()->VERIGATOR_METHOD_TOTP,
            Method::RecoveryCode => throw self::refusal($method->value),
        };
    }

    /** The method of a number of C's, or null. */
    public static function numbered(int $number): ?Method
    {
        self::$numbered ??= [
            Library::get()->VERIGATOR_METHOD_SMS => Method::Sms,
            Library::get()->VERIGATOR_METHOD_TOTP => Method::Totp,
            Library::get()->VERIGATOR_METHOD_RECOVERY_CODE => Method::RecoveryCode,
        ];

        return self::$numbered[$number] ?? null;
    }

    private static function refusal(string $method): \Verigator\Exception\InvalidArgumentException
    {
        $shown = json_encode(substr($method, 0, 40), JSON_INVALID_UTF8_SUBSTITUTE);

        return Failures::argument("method is $shown; pass \"totp\" or \"sms\"");
    }
}
