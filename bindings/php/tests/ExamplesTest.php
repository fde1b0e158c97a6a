<?php

declare(strict_types=1);

namespace Verigator\Tests;

use PHPUnit\Framework\TestCase;
use Verigator\Tests\Support\Program;
use Verigator\Tests\Support\Server;

/** Every example runs as it is printed, in the project that the package was installed into. */
final class ExamplesTest extends TestCase
{
    private const EXAMPLES = __DIR__ . '/../../../examples';

    /** No PIN has so many digits. */
    private const WRONG = '0000000';

    private Server $server;

    protected function setUp(): void
    {
        $this->server = new Server();
    }

    protected function tearDown(): void
    {
        // PHPUnit keeps this object to the end.
        unset($this->server);
    }

    /** @param string $code the program itself, or its file */
    private function program(string $code, string $password = Server::PASSWORD): Program
    {
        $arguments = is_file($code) ? [$code] : ['-r', preg_replace('/^<\?php/', '', $code)];
        $project = dirname((string) getenv('AUTOLOAD'), 2);

        return new Program([PHP_BINARY, ...$arguments], $this->server->environment($password), $project);
    }

    /** @dataProvider logins */
    public function testALogin(string $name): void
    {
        $program = $this->program(self::EXAMPLES . "/php/$name");
        self::assertSame('sms PIN: ', $program->untilAsked());
        $program->types($this->server->wrongPin());
        self::assertStringContainsString('not it', $program->untilAsked());
        $program->types($this->server->pin());
        self::assertSame(["Welcome!\n", 0], $program->ends());
    }

    /** @return array<string, array{string}> */
    public function logins(): array
    {
        return ['blocking' => ['login.php'], 'in fibers' => ['login_fibers.php']];
    }

    public function testThreeWrongCodesAreANo(): void
    {
        $program = $this->program(self::EXAMPLES . '/php/login.php');
        for ($attempt = 0; $attempt < 3; $attempt++) {
            $program->untilAsked();
            $program->types(self::WRONG);
        }
        self::assertSame(["That is not it.\nDenied.\n", 1], $program->ends());
    }

    public function testAServiceThatCannotBeAskedIsNeitherAYesNorANo(): void
    {
        [$said, $code] = $this->program(self::EXAMPLES . '/php/login.php', 'wrong')->ends();
        self::assertStringContainsString('401', $said);
        self::assertSame(2, $code);
    }

    public function testFailuresAreToldFromEachOther(): void
    {
        $table = file_get_contents(self::EXAMPLES . '/failures.txt');
        self::assertSame([$table, 0], $this->program(self::EXAMPLES . '/php/failures.php')->ends());
    }

    public function testMiddleware(): void
    {
        [$service, $user] = $this->server->register($this->server->client());
        $application = __DIR__ . '/programs/middleware.php';
        $arguments = [(string) getenv('AUTOLOAD'), $service->id, $user->id];
        $program = new Program([PHP_BINARY, $application, ...$arguments], $this->server->environment());
        $get = static function (string $request) use ($program): string {
            $program->types($request);

            return $program->line();
        };
        self::assertStringEndsWith('302 /', $get('/second-factor 123456'));
        self::assertSame('401 Please type the code that you were sent.', $get('/orders'));
        self::assertSame('401 That is not it.', $get('/second-factor ' . self::WRONG));
        $pin = $this->server->pin($user->id);
        // Asked for twice, it was sent once.
        self::assertSame('401 Please type the code that you were sent.', $get('/orders'));
        self::assertSame($pin, $this->server->pin($user->id));
        $failure = 'Verigator\\Exception\\InvalidArgumentException';
        self::assertStringStartsWith("$failure 503 We cannot", $get('/second-factor '));
        self::assertSame('302 /', $get("/second-factor $pin"));
        self::assertSame('200 Welcome!', $get('/orders'));
    }

    public function testTheProgramOfTheReadme(): void
    {
        $readme = (string) file_get_contents(__DIR__ . '/../README.md');
        self::assertSame(1, preg_match('/```php\n(.*?)```/s', $readme, $found));
        $code = str_replace('http://127.0.0.1:8080', $this->server->url, $found[1]);
        self::assertSame(2, preg_match_all('/^\$ php login.php\n(PIN: \d+\n.*\n)/m', $readme, $runs));
        // The second time, what it needs is there already.
        foreach ($runs[1] as $output) {
            $program = $this->program($code);
            $asked = $program->untilAsked();
            $pin = str_contains($output, '000000') ? self::WRONG : $this->server->pin();
            $program->types($pin);
            [$said, $exit] = $program->ends();
            self::assertSame(0, $exit, $said);
            // The PIN that is typed is shown by the terminal, and is another one each time.
            self::assertSame((string) preg_replace('/\d{6}/', $pin, $output), "$asked$pin\n$said");
        }
    }
}
