<?php

declare(strict_types=1);

namespace Verigator\Tests;

use PHPUnit\Framework\TestCase;
use Verigator\Challenge;
use Verigator\Client;
use Verigator\Exception\ClosedException;
use Verigator\Exception\ConflictException;
use Verigator\Exception\InvalidArgumentException;
use Verigator\Exception\InvalidDataException;
use Verigator\Exception\NotFoundException;
use Verigator\Method;
use Verigator\Options;
use Verigator\Tests\Support\Server;

/** Every call, against the real server. */
final class ClientTest extends TestCase
{
    private Server $server;

    private Client $client;

    protected function setUp(): void
    {
        $this->server = Server::shared();
        $this->client = $this->server->client();
    }

    public function testALogin(): void
    {
        [$service, $user] = $this->server->register($this->client);
        $challenge = $this->client->initiate($service->id, $user->id, Method::Sms);
        self::assertSame(Method::Sms, $challenge->method);
        $wrong = $this->client->check($service->id, $user->id, $this->server->wrongPin($user->id), $challenge);
        self::assertFalse($wrong->verified);
        self::assertTrue($wrong->invalid);
        self::assertSame('INVALID', $wrong->result);
        $pin = $this->server->pin($user->id);
        self::assertTrue($this->client->verify($service->id, $user->id, $pin, $challenge));
        self::assertFalse($this->client->verify($service->id, $user->id, $pin, $challenge));
    }

    public function testAnotherProcessVerifiesWithTheStoredChallenge(): void
    {
        [$service, $user] = $this->server->register($this->client);
        $challenge = $this->client->initiate($service->id, $user->id);
        $again = new Challenge($challenge->method->value, $challenge->authId);
        $pin = $this->server->pin($user->id);
        self::assertFalse($this->client->verify($service->id, $user->id, $pin, new Challenge('sms', 'another')));
        self::assertTrue($this->client->verify($service->id, $user->id, $pin, $again));
    }

    public function testATokenAlone(): void
    {
        [$service, $user] = $this->server->register($this->client);
        $this->client->initiate($service->id, $user->id);
        $answer = $this->client->checkToken($service->id, $user->id, $this->server->pin($user->id));
        self::assertTrue($answer->verified);
    }

    public function testServicesAndUsers(): void
    {
        [$service, $user] = $this->server->register($this->client);
        self::assertEquals($service, $this->client->getService($service->id));
        self::assertEquals($user, $this->client->getUser($service->id, $user->id));
        self::assertEquals($user, $this->client->findUser($service->id, $user->idInService));
        self::assertSame('jane@example.com', $user->idInService);
        $this->client->createUser($service->id, '+3725555556', 'joe@example.com');
        $users = $this->client->listUsers($service->id);
        self::assertCount(2, $users);
        self::assertSame(2, $users->total);
        self::assertEquals($user, iterator_to_array($users)[0]);
        $page = $this->client->pageUsers($service->id, 1);
        self::assertEquals([$user], $page->users);
        $next = $this->client->pageUsers($service->id, 1, $page->nextCursor);
        self::assertSame('joe@example.com', $next->users[0]->idInService);
        self::assertNull($next->nextCursor);
        $this->client->deleteUser($service->id, $user->id);
        self::assertCount(1, $this->client->listUsers($service->id));
        self::assertGreaterThan(0, count($this->client->pageServices(1)));
        $this->client->deleteService($service->id);
        $this->expectException(NotFoundException::class);
        $this->client->getService($service->id);
    }

    public function testAServiceIsFoundByItsHostName(): void
    {
        $service = $this->client->createService('found.example.com', 'Example shop');
        self::assertEquals($service, $this->client->findService('found.example.com'));
        $this->expectException(ConflictException::class);
        $this->client->createService('found.example.com', 'Example shop');
    }

    public function testWhatUsersDoForThemselves(): void
    {
        [$service, $user] = $this->server->register($this->client);
        $who = [$service->id, $user->id];
        self::assertFalse($this->client->getTotp(...$who)->pending);
        $enrolment = $this->client->beginTotp(...$who);
        self::assertStringStartsWith('otpauth://', $enrolment->uri);
        self::assertStringContainsString('<svg', $enrolment->qrSvg);
        self::assertTrue($this->client->getTotp(...$who)->pending);
        try {
            $this->client->confirmTotp(...[...$who, '000000']);
            self::fail('any token confirms');
        } catch (InvalidDataException) {
            $this->client->deleteTotp(...$who);
        }
        self::assertStringStartsWith('http', $this->client->createTotpLink(...[...$who, 60])->url);
        $codes = $this->client->createRecoveryCodes(...$who);
        self::assertCount($this->client->countRecoveryCodes(...$who), $codes);
        $challenge = $this->client->initiate(...$who);
        $answer = $this->client->check($service->id, $user->id, $codes->codes[0], $challenge);
        self::assertTrue($answer->verified);
        self::assertSame(Method::RecoveryCode, $answer->method);
        $this->client->deleteRecoveryCodes(...$who);
        self::assertSame(0, $this->client->countRecoveryCodes(...$who));
        $this->client->unlockUser(...$who);
    }

    public function testAMethodThatNoAuthenticationStartsWith(): void
    {
        foreach ([Method::RecoveryCode, 'recovery_code', 'carrier pigeon', "\xFF"] as $method) {
            try {
                $this->client->initiate('service', 'user', $method);
                self::fail('it is none');
            } catch (InvalidArgumentException $refusal) {
                self::assertFalse($refusal->maybeSent);
                self::assertStringContainsString('pass "totp" or "sms"', $refusal->getMessage());
            }
        }
    }

    public function testAClosedClient(): void
    {
        $this->client->closeIdle();
        $this->client->close();
        $this->client->close();
        $this->expectException(ClosedException::class);
        $this->client->getService('service');
    }

    public function testTheEnvironmentSaysWhereAndAsWhom(): void
    {
        foreach ($this->server->environment() as $name => $value) {
            putenv("$name=$value");
        }
        try {
            [$service] = $this->server->register(Client::fromEnv(new Options(timeout: 10)));
            self::assertSame('Example shop', $service->name);
        } finally {
            array_map(static fn (string $name) => putenv($name), array_keys($this->server->environment()));
        }
    }

    public function testAClientIsNotForAnotherProcess(): void
    {
        $this->expectException(\LogicException::class);
        serialize($this->client);
    }
}
