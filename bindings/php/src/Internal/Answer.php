<?php

declare(strict_types=1);

namespace Verigator\Internal;

use Closure;
use FFI;
use Verigator\Challenge;
use Verigator\Enrolment;
use Verigator\EnrolmentLink;
use Verigator\Exception\InternalException;
use Verigator\Exception\VerigatorException;
use Verigator\ErrorKind;
use Verigator\Method;
use Verigator\RecoveryCodes;
use Verigator\Service;
use Verigator\ServiceList;
use Verigator\TotpState;
use Verigator\User;
use Verigator\UserList;
use Verigator\Verification;

/**
 * A kind of answer: how it is taken from a call that has ended, read at once, and freed.
 *
 * @internal
 *
 * @template T
 */
final readonly class Answer
{
    /** @param Closure(int): T $of gives what a call was answered with, or throws why it failed */
    private function __construct(
        public Closure $of,
    ) {
    }

    /**
     * @template R
     *
     * @param string $noun what C calls it, as in `verigator_call_noun` and `verigator_noun_free`
     * @param Closure(FFI, int): R $read
     *
     * @return self<R>
     */
    private static function noun(string $noun, Closure $read): self
    {
        [$take, $free] = ["verigator_call_$noun", "verigator_{$noun}_free"];

        return new self(static function (int $call) use ($take, $free, $read): mixed {
            $library = Library::get();
            // A call that failed has none.
            $answer = $library->$take($call) ?: throw self::failure($call);
            try {
                return $read($library, $answer);
            } finally {
                $library->$free($answer);
            }
        });
    }

    /** Why a call has no answer. */
    private static function failure(int $call): VerigatorException
    {
        $library = Library::get();
        $status = $library->verigator_call_status($call);
        if ($status !== 0) {
            return Failures::ofCall($call, $status);
        }
        $message = 'there is no room for another handle';

        return new InternalException($message, $library->VERIGATOR_SYSTEM, ErrorKind::Internal);
    }

    /** @return self<null> that of a call which deletes: its status says it all */
    public static function nothing(): self
    {
        /** @var ?self<null> $answer */
        static $answer;

        return $answer ??= new self(static function (int $call): mixed {
            return Library::get()->verigator_call_status($call) === 0 ? null : throw self::failure($call);
        });
    }

    /** @return self<int> a number, which needs no handle */
    public static function remaining(): self
    {
        /** @var ?self<int> $answer */
        static $answer;

        return $answer ??= new self(static function (int $call): int {
            $remaining = Library::get()->verigator_call_remaining($call);

            return $remaining < 0 ? throw self::failure($call) : $remaining;
        });
    }

    /** @return self<Service> */
    public static function service(): self
    {
        /** @var ?self<Service> $answer */
        static $answer;

        return $answer ??= self::noun('service', static fn (FFI $library, int $service): Service => new Service(
            $library->verigator_service_id($service),
            $library->verigator_service_name($service),
            $library->verigator_service_ctime($service),
        ));
    }

    /** @return self<ServiceList> */
    public static function services(): self
    {
        /** @var ?self<ServiceList> $answer */
        static $answer;

        return $answer ??= self::noun('services', static function (FFI $library, int $services): ServiceList {
            return new ServiceList(
                self::each(
                    $library->verigator_services_count($services),
                    static fn (int $index): Service => new Service(
                        $library->verigator_services_id($services, $index),
                        $library->verigator_services_name($services, $index),
                        $library->verigator_services_ctime($services, $index),
                    ),
                ),
                $library->verigator_services_total($services),
                $library->verigator_services_next_cursor($services),
            );
        });
    }

    /** @return self<User> */
    public static function user(): self
    {
        /** @var ?self<User> $answer */
        static $answer;

        return $answer ??= self::noun('user', static fn (FFI $library, int $user): User => new User(
            $library->verigator_user_id($user),
            $library->verigator_user_ctime($user),
            $library->verigator_user_id_in_service($user),
        ));
    }

    /** @return self<UserList> */
    public static function users(): self
    {
        /** @var ?self<UserList> $answer */
        static $answer;

        return $answer ??= self::noun('users', static function (FFI $library, int $users): UserList {
            return new UserList(
                self::each(
                    $library->verigator_users_count($users),
                    static fn (int $index): User => new User(
                        $library->verigator_users_id($users, $index),
                        $library->verigator_users_ctime($users, $index),
                        $library->verigator_users_id_in_service($users, $index),
                    ),
                ),
                $library->verigator_users_total($users),
                $library->verigator_users_next_cursor($users),
            );
        });
    }

    /** @return self<Challenge> */
    public static function challenge(): self
    {
        /** @var ?self<Challenge> $answer */
        static $answer;

        return $answer ??= self::noun(
            'challenge',
            static fn (FFI $library, int $challenge): Challenge => new Challenge(
                // The library knows no other than these: what it does not know it refuses itself.
                Methods::numbered($library->verigator_challenge_method($challenge)) ?? Method::Sms,
                $library->verigator_challenge_auth_id($challenge),
            ),
        );
    }

    /** @return self<Verification> */
    public static function verification(): self
    {
        /** @var ?self<Verification> $answer */
        static $answer;

        return $answer ??= self::noun('verification', static function (FFI $library, int $answered): Verification {
            $isYes = $library->verigator_verification_verified($answered) === 1;

            return new Verification(
                verified: $isYes,
                method: Methods::numbered($library->verigator_verification_method($answered)),
                // A yes beside one of these is none: the library refuses such an answer.
                throttled: !$isYes && $library->verigator_verification_throttled($answered) === 1,
                expired: !$isYes && $library->verigator_verification_expired($answered) === 1,
                invalid: !$isYes && $library->verigator_verification_invalid($answered) === 1,
                result: $library->verigator_verification_result($answered),
            );
        });
    }

    /** @return self<Enrolment> */
    public static function enrolment(): self
    {
        /** @var ?self<Enrolment> $answer */
        static $answer;

        return $answer ??= self::noun(
            'enrolment',
            static fn (FFI $library, int $enrolment): Enrolment => new Enrolment(
                $library->verigator_enrolment_secret($enrolment),
                $library->verigator_enrolment_uri($enrolment),
                $library->verigator_enrolment_qr_svg($enrolment),
                $library->verigator_enrolment_replaced($enrolment) === 1,
            ),
        );
    }

    /** @return self<EnrolmentLink> */
    public static function enrolmentLink(): self
    {
        /** @var ?self<EnrolmentLink> $answer */
        static $answer;

        return $answer ??= self::noun(
            'enrolment_link',
            static fn (FFI $library, int $link): EnrolmentLink => new EnrolmentLink(
                $library->verigator_enrolment_link_url($link),
                $library->verigator_enrolment_link_expires_at($link),
                $library->verigator_enrolment_link_replaced($link) === 1,
            ),
        );
    }

    /** @return self<TotpState> */
    public static function totpState(): self
    {
        /** @var ?self<TotpState> $answer */
        static $answer;

        return $answer ??= self::noun('totp_state', static fn (FFI $library, int $state): TotpState => new TotpState(
            $library->verigator_totp_state_confirmed($state) === 1,
            $library->verigator_totp_state_pending($state) === 1,
        ));
    }

    /** @return self<RecoveryCodes> */
    public static function recoveryCodes(): self
    {
        /** @var ?self<RecoveryCodes> $answer */
        static $answer;

        return $answer ??= self::noun(
            'recovery_codes',
            static fn (FFI $library, int $codes): RecoveryCodes => new RecoveryCodes(
                self::each(
                    $library->verigator_recovery_codes_count($codes),
                    static fn (int $index): string => $library->verigator_recovery_codes_get($codes, $index),
                ),
            ),
        );
    }

    /**
     * @template E
     *
     * @param Closure(int): E $read gives one of them
     *
     * @return list<E>
     */
    private static function each(int $count, Closure $read): array
    {
        return $count === 0 ? [] : array_map($read, range(0, $count - 1));
    }
}
