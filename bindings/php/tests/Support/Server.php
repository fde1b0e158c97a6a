<?php

declare(strict_types=1);

namespace Verigator\Tests\Support;

use Verigator\Client;
use Verigator\Options;
use Verigator\Service;
use Verigator\User;

/** A running `verigator-server` with its development account, and a database in memory. */
final class Server
{
    public const USERNAME = 'demo';
    public const PASSWORD = 'demo-password';

    public readonly string $url;

    private readonly Program $program;

    public function __construct()
    {
        $server = getenv('VERIGATOR_SERVER') ?: dirname(__DIR__, 4) . '/target/debug/verigator-server';
        $this->program = new Program(
            [$server, '--dev', '--chaos', '--database', ':memory:', '--listen', '127.0.0.1:0'],
        );
        $this->url = strrchr($this->program->line(), 'h') ?: '';
    }

    /** One for the whole run. */
    public static function shared(): self
    {
        static $server = new self();

        return $server;
    }

    public function client(): Client
    {
        return new Client(self::USERNAME, self::PASSWORD, new Options(baseUrl: $this->url));
    }

    /**
     * A service that no other test has, and a user of it.
     *
     * @return array{Service, User}
     */
    public function register(Client $client): array
    {
        static $number = 0;
        $number++;
        $service = $client->createService("login$number.example.com", 'Example shop');

        return [$service, $client->createUser($service->id, '+3725555555', 'jane@example.com')];
    }

    /** The PIN that this user, or anybody, was sent last. */
    public function pin(string $userId = ''): string
    {
        $outbox = file_get_contents("$this->url/_/outbox" . ($userId === '' ? '' : "?user_id=$userId"));

        return array_slice(json_decode((string) $outbox, true)['messages'], -1)[0]['pin'];
    }

    /** Another one. */
    public function wrongPin(string $userId = ''): string
    {
        return sprintf('%06d', ((int) $this->pin($userId) + 1) % 1000000);
    }

    /** @return array<string, string> what an example needs to find it */
    public function environment(string $password = self::PASSWORD): array
    {
        return [
            'VERIGATOR_USERNAME' => self::USERNAME,
            'VERIGATOR_PASSWORD' => $password,
            'VERIGATOR_BASE_URL' => $this->url,
        ];
    }
}
