<?php

declare(strict_types=1);

namespace Verigator\Internal;

use Verigator\Challenge;
use Verigator\Enrolment;
use Verigator\EnrolmentLink;
use Verigator\Method;
use Verigator\RecoveryCodes;
use Verigator\Service;
use Verigator\ServiceList;
use Verigator\TotpState;
use Verigator\User;
use Verigator\UserList;
use Verigator\Verification;

/**
 * An operation of the contract that is about to be asked for: how its call is made, and what it is
 * answered with. What each takes is told at the method of that name of `BaseClient`.
 *
 * @internal
 *
 * @template T
 */
final readonly class Operation
{
    /**
     * @param Answer<T> $answer what it is answered with
     * @param string $function of C, which makes its call
     * @param list<mixed> $arguments what that takes between the context and the output
     * @param ?Handle $used what an argument is of, which lives as long as this
     */
    private function __construct(
        public Answer $answer,
        private string $function,
        #[\SensitiveParameter] private array $arguments,
        private ?Handle $used = null,
    ) {
    }

    /** Makes its call, which is then the caller's to free. */
    public function call(Handle $context): int
    {
        return Handle::output($this->function, [$context->number, ...$this->arguments]);
    }

    /** @return self<Service> */
    public static function createService(string $fqdn, string $name): self
    {
        return new self(Answer::service(), 'verigator_call_service_create', [Text::in($fqdn), Text::in($name)]);
    }

    /** @return self<Service> */
    public static function getService(string $serviceId): self
    {
        return new self(Answer::service(), 'verigator_call_service_get', [Text::in($serviceId)]);
    }

    /** @return self<Service> */
    public static function findService(string $fqdn): self
    {
        return new self(Answer::service(), 'verigator_call_service_find', [Text::in($fqdn)]);
    }

    /** @return self<ServiceList> */
    public static function pageServices(int $limit, ?string $cursor): self
    {
        return new self(Answer::services(), 'verigator_call_service_page', [$limit, Text::optional($cursor)]);
    }

    /** @return self<null> */
    public static function deleteService(string $serviceId): self
    {
        return new self(Answer::nothing(), 'verigator_call_service_delete', [Text::in($serviceId)]);
    }

    /** @return self<User> */
    public static function createUser(string $serviceId, string $phoneNumber, string $idInService): self
    {
        $arguments = [Text::in($serviceId), Text::in($phoneNumber), Text::in($idInService)];

        return new self(Answer::user(), 'verigator_call_user_create', $arguments);
    }

    /** @return self<User> */
    public static function getUser(string $serviceId, string $userId): self
    {
        return new self(Answer::user(), 'verigator_call_user_get', [Text::in($serviceId), Text::in($userId)]);
    }

    /** @return self<User> */
    public static function findUser(string $serviceId, string $idInService): self
    {
        return new self(Answer::user(), 'verigator_call_user_find', [Text::in($serviceId), Text::in($idInService)]);
    }

    /** @return self<UserList> */
    public static function listUsers(string $serviceId): self
    {
        return new self(Answer::users(), 'verigator_call_user_list', [Text::in($serviceId)]);
    }

    /** @return self<UserList> */
    public static function pageUsers(string $serviceId, int $limit, ?string $cursor): self
    {
        $arguments = [Text::in($serviceId), $limit, Text::optional($cursor)];

        return new self(Answer::users(), 'verigator_call_user_page', $arguments);
    }

    /** @return self<null> */
    public static function deleteUser(string $serviceId, string $userId): self
    {
        return new self(Answer::nothing(), 'verigator_call_user_delete', [Text::in($serviceId), Text::in($userId)]);
    }

    /** @return self<null> */
    public static function unlockUser(string $serviceId, string $userId): self
    {
        return new self(Answer::nothing(), 'verigator_call_user_unlock', [Text::in($serviceId), Text::in($userId)]);
    }

    /** @return self<Challenge> */
    public static function initiate(string $serviceId, string $userId, Method|string $method): self
    {
        $arguments = [Text::in($serviceId), Text::in($userId), Methods::number($method)];

        return new self(Answer::challenge(), 'verigator_call_auth_start', $arguments);
    }

    /** @return self<Verification> */
    public static function check(
        string $serviceId,
        string $userId,
        #[\SensitiveParameter] string $token,
        Challenge $challenge,
    ): self {
        $parts = [Methods::number($challenge->method), Text::optional($challenge->authId)];
        $handle = Handle::make('verigator_challenge', 'verigator_challenge_new', ...$parts);
        $arguments = [Text::in($serviceId), Text::in($userId), $handle->number, Text::in($token)];

        return new self(Answer::verification(), 'verigator_call_auth_check', $arguments, $handle);
    }

    /** @return self<Verification> */
    public static function checkToken(
        string $serviceId,
        string $userId,
        #[\SensitiveParameter] string $token,
    ): self {
        $arguments = [Text::in($serviceId), Text::in($userId), Text::in($token)];

        return new self(Answer::verification(), 'verigator_call_auth_check_token', $arguments);
    }

    /** @return self<Enrolment> */
    public static function beginTotp(string $serviceId, string $userId): self
    {
        return new self(Answer::enrolment(), 'verigator_call_totp_begin', [Text::in($serviceId), Text::in($userId)]);
    }

    /** @return self<EnrolmentLink> */
    public static function createTotpLink(string $serviceId, string $userId, int $lifetimeSeconds): self
    {
        $arguments = [Text::in($serviceId), Text::in($userId), $lifetimeSeconds];

        return new self(Answer::enrolmentLink(), 'verigator_call_totp_link_create', $arguments);
    }

    /** @return self<null> */
    public static function confirmTotp(
        string $serviceId,
        string $userId,
        #[\SensitiveParameter] string $token,
    ): self {
        $arguments = [Text::in($serviceId), Text::in($userId), Text::in($token)];

        return new self(Answer::nothing(), 'verigator_call_totp_confirm', $arguments);
    }

    /** @return self<TotpState> */
    public static function getTotp(string $serviceId, string $userId): self
    {
        return new self(Answer::totpState(), 'verigator_call_totp_get', [Text::in($serviceId), Text::in($userId)]);
    }

    /** @return self<null> */
    public static function deleteTotp(string $serviceId, string $userId): self
    {
        return new self(Answer::nothing(), 'verigator_call_totp_delete', [Text::in($serviceId), Text::in($userId)]);
    }

    /** @return self<RecoveryCodes> */
    public static function createRecoveryCodes(string $serviceId, string $userId): self
    {
        $arguments = [Text::in($serviceId), Text::in($userId)];

        return new self(Answer::recoveryCodes(), 'verigator_call_recovery_codes_create', $arguments);
    }

    /** @return self<int> */
    public static function countRecoveryCodes(string $serviceId, string $userId): self
    {
        $arguments = [Text::in($serviceId), Text::in($userId)];

        return new self(Answer::remaining(), 'verigator_call_recovery_codes_remaining', $arguments);
    }

    /** @return self<null> */
    public static function deleteRecoveryCodes(string $serviceId, string $userId): self
    {
        $arguments = [Text::in($serviceId), Text::in($userId)];

        return new self(Answer::nothing(), 'verigator_call_recovery_codes_delete', $arguments);
    }
}
