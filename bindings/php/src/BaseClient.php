<?php

declare(strict_types=1);

namespace Verigator;

use LogicException;
use ReflectionClass;
use Verigator\Internal\Call;
use Verigator\Internal\Context;
use Verigator\Internal\Handle;
use Verigator\Internal\Operation;

/**
 * The calls of the contract, which `Client` and `AsyncClient` make in their ways.
 *
 * Every call may throw a subclass of `Exception\VerigatorException`, and `InvalidArgumentException` for
 * arguments out of their limits: ids are 1 to 1024 bytes of UTF-8, other texts at most 4096. Which
 * calls are repeated by themselves, and which never, is told at the option `$maxRetries`.
 *
 * A client that was made before `pcntl_fork()` works in the parent and in the children. It is closed
 * when it is collected, and can be handed to no other process.
 */
abstract class BaseClient
{
    private Context $context;

    private ?Cancellation $cancellation = null;

    /**
     * Ends the calls that wait (`CallCancelledException`) and refuses later ones (`ClosedException`).
     *
     * Cannot be undone; a second time does nothing. It concerns this process only, not those forked
     * before.
     */
    public function close(): void
    {
        $this->context->close();
    }

    /**
     * Closes the connections that no call uses now; later calls make new ones.
     *
     * For a program that is idle for long: those that were idle for `$idleTimeout` are closed only when
     * a call needs one or is done with one. It concerns this process only.
     */
    public function closeIdle(): void
    {
        $this->context->closeIdle();
    }

    /**
     * This client, but the calls that are made with what is returned end when `$cancellation` says so.
     *
     * They throw `CallCancelledException`, whose `$maybeSent` says whether the service may have seen
     * them. An answer that comes at that moment is kept.
     */
    public function cancelledBy(Cancellation $cancellation): static
    {
        $client = clone $this;
        $client->cancellation = $cancellation;

        return $client;
    }

    /**
     * Creates a service.
     *
     * @param string $fqdn its host name, such as `"login.example.com"`
     * @param string $name what users see
     *
     * @throws Exception\ConflictException it exists already
     * @throws Exception\InvalidDataException a value is not acceptable
     */
    public function createService(string $fqdn, string $name): Service
    {
        return $this->make(Operation::createService($fqdn, $name));
    }

    /**
     * Reads a service.
     *
     * @throws Exception\NotFoundException no such service
     * @throws Exception\ForbiddenException it is another account's
     */
    public function getService(string $serviceId): Service
    {
        return $this->make(Operation::getService($serviceId));
    }

    /**
     * Finds a service of the account by its host name.
     *
     * It is compared as `createService` compares it. verigator-server has this call; the hosted service
     * has not.
     *
     * @throws Exception\NotFoundException the account has no service of that name
     * @throws Exception\NotSupportedException the server has no such route, as the hosted service
     */
    public function findService(string $fqdn): Service
    {
        return $this->make(Operation::findService($fqdn));
    }

    /**
     * Lists the services of the account by the page.
     *
     * verigator-server has this call; the hosted service has not.
     *
     * @param int $limit how many at most, 1 to 1000
     * @param ?string $cursor the `$nextCursor` of the page before, or null for the first page
     *
     * @throws Exception\NotSupportedException the server has no such route, as the hosted service
     */
    public function pageServices(int $limit, ?string $cursor = null): ServiceList
    {
        return $this->make(Operation::pageServices($limit, $cursor));
    }

    /**
     * Deletes a service and its users.
     *
     * @throws Exception\NotFoundException no such service; also when a first attempt, whose answer was
     *     lost, deleted it
     */
    public function deleteService(string $serviceId): void
    {
        $this->make(Operation::deleteService($serviceId));
    }

    /**
     * Registers a user.
     *
     * @param string $serviceId whose user
     * @param string $phoneNumber with its country prefix (E.164), such as `"+3725555555"`
     * @param string $idInService the caller's own name for the user, such as an e-mail address
     *
     * @throws Exception\ConflictException the user exists already
     * @throws Exception\InvalidDataException a value is not acceptable
     */
    public function createUser(string $serviceId, string $phoneNumber, string $idInService): User
    {
        return $this->make(Operation::createUser($serviceId, $phoneNumber, $idInService));
    }

    /**
     * Reads a user.
     *
     * @throws Exception\NotFoundException no such service or user
     * @throws Exception\ForbiddenException it is another account's
     */
    public function getUser(string $serviceId, string $userId): User
    {
        return $this->make(Operation::getUser($serviceId, $userId));
    }

    /**
     * Finds a user by what the service calls it.
     *
     * It is compared as `createUser` compares it. verigator-server has this call; the hosted service
     * has not.
     *
     * @throws Exception\NotFoundException no such service, or it has no user of that name
     * @throws Exception\NotSupportedException the server has no such route, as the hosted service
     */
    public function findUser(string $serviceId, string $idInService): User
    {
        return $this->make(Operation::findUser($serviceId, $idInService));
    }

    /**
     * Lists the users of a service.
     *
     * @throws Exception\NotFoundException no such service
     * @throws Exception\ForbiddenException it is another account's
     */
    public function listUsers(string $serviceId): UserList
    {
        return $this->make(Operation::listUsers($serviceId));
    }

    /**
     * Lists the users of a service by the page.
     *
     * The hosted service has no pages, and answers with all users: a last page.
     *
     * @param string $serviceId whose users
     * @param int $limit how many at most, 1 to 1000
     * @param ?string $cursor the `$nextCursor` of the page before, or null for the first page
     *
     * @throws Exception\NotFoundException no such service
     * @throws Exception\ForbiddenException it is another account's
     */
    public function pageUsers(string $serviceId, int $limit, ?string $cursor = null): UserList
    {
        return $this->make(Operation::pageUsers($serviceId, $limit, $cursor));
    }

    /**
     * Deletes a user.
     *
     * @throws Exception\NotFoundException no such user; also when a first attempt, whose answer was
     *     lost, deleted the user
     */
    public function deleteUser(string $serviceId, string $userId): void
    {
        $this->make(Operation::deleteUser($serviceId, $userId));
    }

    /**
     * Lets a user log in again who is locked after too many wrong tokens.
     *
     * verigator-server has this call; the hosted service has not.
     *
     * @throws Exception\NotFoundException no such service or user
     * @throws Exception\ForbiddenException it is another account's
     * @throws Exception\NotSupportedException the server has no such route, as the hosted service
     */
    public function unlockUser(string $serviceId, string $userId): void
    {
        $this->make(Operation::unlockUser($serviceId, $userId));
    }

    /**
     * Starts an authentication.
     *
     * It is never sent twice, since that would send a second message: after `DeadlineExceededException`
     * or `DisconnectedException` see `$maybeSent`.
     *
     * @param string $serviceId whose user
     * @param string $userId who logs in
     * @param Method|string $method `Method::Totp` to prefer the authenticator app (a user who has none set
     *     up is sent an SMS instead), or `Method::Sms`; or their strings
     *
     * @return Challenge the method that is really used, and the id of this authentication: for `verify`
     *
     * @throws Exception\NotFoundException no such service or user
     * @throws Exception\ConflictException an authentication cannot start now
     */
    public function initiate(string $serviceId, string $userId, Method|string $method = Method::Totp): Challenge
    {
        return $this->make(Operation::initiate($serviceId, $userId, $method));
    }

    /**
     * Checks a token: whether it proves the login. Only true is a yes.
     *
     * It is never sent twice, since a token is good for one check.
     *
     * @param string $serviceId whose user
     * @param string $userId who logs in
     * @param string $token the PIN, the code or the recovery code that the user typed: 1 to 64 printable
     *     ASCII characters
     * @param Challenge $challenge what `initiate` returned, so that a token of another authentication is
     *     not taken
     *
     * @throws Exception\NotFoundException no such service, user or pending verification
     */
    public function verify(
        string $serviceId,
        string $userId,
        #[\SensitiveParameter] string $token,
        Challenge $challenge,
    ): bool {
        return $this->check($serviceId, $userId, $token, $challenge)->verified;
    }

    /**
     * Checks a token as `verify` does, and tells why it was a no.
     *
     * What it returns is an object, and so true in an `if`: ask for its `$verified`.
     *
     * @param string $serviceId whose user
     * @param string $userId who logs in
     * @param string $token what the user typed
     * @param Challenge $challenge what `initiate` returned
     *
     * @throws Exception\NotFoundException no such service, user or pending verification
     */
    public function check(
        string $serviceId,
        string $userId,
        #[\SensitiveParameter] string $token,
        Challenge $challenge,
    ): Verification {
        return $this->make(Operation::check($serviceId, $userId, $token, $challenge));
    }

    /**
     * Checks a token alone, which is weaker than `check`: one of any authentication of the user will do.
     *
     * What it returns is an object, and so true in an `if`: ask for its `$verified`.
     *
     * @param string $serviceId whose user
     * @param string $userId who logs in
     * @param string $token what the user typed
     *
     * @throws Exception\NotFoundException no such service, user or pending verification
     */
    public function checkToken(
        string $serviceId,
        string $userId,
        #[\SensitiveParameter] string $token,
    ): Verification {
        return $this->make(Operation::checkToken($serviceId, $userId, $token));
    }

    /**
     * Begins the enrolment of an authenticator app.
     *
     * The user's app takes what is returned, and `confirmTotp` the app's first token; until then logins
     * are as they were. It ends an enrolment that was begun before and not confirmed, so it is never
     * sent twice. verigator-server has this call; the hosted service has not.
     *
     * @throws Exception\NotFoundException no such service or user
     * @throws Exception\ForbiddenException it is another account's
     * @throws Exception\NotSupportedException the server has no such route, as the hosted service
     */
    public function beginTotp(string $serviceId, string $userId): Enrolment
    {
        return $this->make(Operation::beginTotp($serviceId, $userId));
    }

    /**
     * Makes a link by which the user sets an authenticator app up, once.
     *
     * The user opens it in a browser, scans the QR code there and types the app's first token; until then
     * logins are as they were. It ends a link that was made before and an enrolment that was not
     * confirmed, so it is never sent twice. verigator-server has this call; the hosted service has not.
     *
     * @param string $serviceId whose user
     * @param string $userId who sets the app up
     * @param int $lifetimeSeconds how long it is good for: 60 to 604800 seconds (a week)
     *
     * @throws Exception\NotFoundException no such service or user
     * @throws Exception\ForbiddenException it is another account's
     * @throws Exception\ConflictException the server does not know by which address users reach it
     * @throws Exception\NotSupportedException the server has no such route, as the hosted service
     */
    public function createTotpLink(string $serviceId, string $userId, int $lifetimeSeconds = 3600): EnrolmentLink
    {
        return $this->make(Operation::createTotpLink($serviceId, $userId, $lifetimeSeconds));
    }

    /**
     * Confirms an enrolment by a token of the app.
     *
     * When it returns, the enrolment is confirmed, and logins use the app from now on. It is never sent
     * twice. verigator-server has this call; the hosted service has not.
     *
     * @throws Exception\InvalidDataException the token is not right
     * @throws Exception\NotFoundException no such service or user, or no enrolment was begun
     * @throws Exception\ForbiddenException it is another account's
     * @throws Exception\NotSupportedException the server has no such route, as the hosted service
     */
    public function confirmTotp(string $serviceId, string $userId, #[\SensitiveParameter] string $token): void
    {
        $this->make(Operation::confirmTotp($serviceId, $userId, $token));
    }

    /**
     * Reads how far the enrolment of an authenticator app has come.
     *
     * verigator-server has this call; the hosted service has not.
     *
     * @throws Exception\NotFoundException no such service or user
     * @throws Exception\ForbiddenException it is another account's
     * @throws Exception\NotSupportedException the server has no such route, as the hosted service
     */
    public function getTotp(string $serviceId, string $userId): TotpState
    {
        return $this->make(Operation::getTotp($serviceId, $userId));
    }

    /**
     * Removes an enrolment, confirmed or not.
     *
     * verigator-server has this call; the hosted service has not.
     *
     * @throws Exception\NotFoundException no such service or user
     * @throws Exception\ForbiddenException it is another account's
     * @throws Exception\NotSupportedException the server has no such route, as the hosted service
     */
    public function deleteTotp(string $serviceId, string $userId): void
    {
        $this->make(Operation::deleteTotp($serviceId, $userId));
    }

    /**
     * Makes recovery codes.
     *
     * Each is a token for one `verify`, whatever method was started. Those made before are good for
     * nothing any more, so it is never sent twice. verigator-server has this call; the hosted service has
     * not.
     *
     * @throws Exception\NotFoundException no such service or user
     * @throws Exception\ForbiddenException it is another account's
     * @throws Exception\NotSupportedException the server has no such route, as the hosted service
     */
    public function createRecoveryCodes(string $serviceId, string $userId): RecoveryCodes
    {
        return $this->make(Operation::createRecoveryCodes($serviceId, $userId));
    }

    /**
     * Returns how many recovery codes are left.
     *
     * verigator-server has this call; the hosted service has not.
     *
     * @throws Exception\NotFoundException no such service or user
     * @throws Exception\ForbiddenException it is another account's
     * @throws Exception\NotSupportedException the server has no such route, as the hosted service
     */
    public function countRecoveryCodes(string $serviceId, string $userId): int
    {
        return $this->make(Operation::countRecoveryCodes($serviceId, $userId));
    }

    /**
     * Removes the recovery codes.
     *
     * verigator-server has this call; the hosted service has not.
     *
     * @throws Exception\NotFoundException no such service or user
     * @throws Exception\ForbiddenException it is another account's
     * @throws Exception\NotSupportedException the server has no such route, as the hosted service
     */
    public function deleteRecoveryCodes(string $serviceId, string $userId): void
    {
        $this->make(Operation::deleteRecoveryCodes($serviceId, $userId));
    }

    /** Its handle means nothing, or something else, to another process. */
    public function __serialize(): never
    {
        throw new LogicException('a client cannot be serialized; make one in each process');
    }

    /**
     * Makes a call, and returns when it has ended.
     *
     * @internal
     *
     * @param Call<mixed> $call
     */
    abstract protected function perform(Call $call): void;

    /** @internal what the constructors do */
    final protected function open(Context $context): void
    {
        $this->context = $context;
    }

    /** @internal a client that no constructor has made, for `open` */
    final protected static function unopened(): static
    {
        return (new ReflectionClass(static::class))->newInstanceWithoutConstructor();
    }

    /** @internal what a queue is made for */
    final protected function handle(): Handle
    {
        return $this->context->handle();
    }

    /**
     * @template T
     *
     * @param Operation<T> $operation
     *
     * @return T what it is answered with
     */
    private function make(#[\SensitiveParameter] Operation $operation): mixed
    {
        $call = new Call($operation, $this->context->handle());
        $this->cancellation?->watch($call);
        try {
            $this->perform($call);
        } finally {
            $this->cancellation?->forget($call);
            $this->context->log($call);
        }

        return $call->outcome();
    }
}
