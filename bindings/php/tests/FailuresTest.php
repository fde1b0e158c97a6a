<?php

declare(strict_types=1);

namespace Verigator\Tests;

use PHPUnit\Framework\TestCase;
use Verigator\Challenge;
use Verigator\Client;
use Verigator\ErrorKind;
use Verigator\Exception\InvalidArgumentException;
use Verigator\Exception\InvalidConfigException;
use Verigator\Exception\NotFoundException;
use Verigator\Exception\TooManyRequestsException;
use Verigator\Exception\VerigatorException;
use Verigator\Options;
use Verigator\TlsVersion;
use Verigator\Tests\Support\HeldService;
use Verigator\Tests\Support\Server;

/** What a failure says, and what it does not. */
final class FailuresTest extends TestCase
{
    private const SECRET = 's3cr3t-t0k3n';

    public function testWhatTheServiceAnsweredIsThereByteByByte(): void
    {
        $service = new HeldService();
        $client = new Client('user', 'password', $service->options());
        try {
            $client->getService('odd');
            self::fail('it was refused');
        } catch (NotFoundException $failure) {
            self::assertSame("{\"message\": \"a\0b\"}\0", $failure->body);
            self::assertSame(404, $failure->getCode());
            self::assertSame(404, $failure->httpStatus);
            self::assertSame(ErrorKind::Service, $failure->kind);
            self::assertTrue($failure->maybeSent);
        }
    }

    public function testHowLongToWait(): void
    {
        $server = new Server();
        $rule = '[{"operation": "get-service", "times": 9, "status": 429, "retry-after": 7}]';
        $request = ['method' => 'PUT', 'header' => 'Content-Type: application/json', 'content' => $rule];
        file_get_contents("$server->url/_/chaos", context: stream_context_create(['http' => $request]));
        try {
            $server->client()->getService('service');
            self::fail('it was refused');
        } catch (TooManyRequestsException $failure) {
            self::assertSame(7.0, $failure->retryAfter);
            self::assertTrue($failure->retrySafe);
        }
    }

    /** @dataProvider refusedOptions */
    public function testAnOptionThatCannotBeUsed(Options $options, string $why): void
    {
        try {
            new Client('user', 'password', $options);
            self::fail('it can be used');
        } catch (InvalidConfigException | InvalidArgumentException $refusal) {
            self::assertStringContainsString($why, $refusal->getMessage());
            self::assertFalse($refusal->maybeSent);
            self::assertTrue($refusal->retrySafe);
        }
    }

    /** @return array<string, array{Options, string}> */
    public function refusedOptions(): array
    {
        return [
            'no number' => [new Options(timeout: NAN), 'timeout is NAN'],
            'for ever' => [new Options(timeout: INF), 'timeout is INF'],
            'too short' => [new Options(timeout: 0.0001), 'timeout'],
            'beyond 64 bits' => [new Options(timeout: 1e300), 'timeout'],
            'below 64 bits' => [new Options(idleTimeout: -1e300), 'idle'],
            'no such version' => [new Options(minTlsVersion: 2 ** 32 + 12), 'TLS version is 2147483647'],
            'too many' => [new Options(maxRetries: PHP_INT_MAX), 'retries'],
            'a NUL in a path' => [new Options(caFile: "/ca\0.pem"), 'the CA file has a NUL character'],
            'a NUL in another' => [
                new Options(clientCertificateFile: '/a.pem', clientKeyFile: "\0"),
                'the client key file has a NUL character',
            ],
            'a NUL in a text' => [new Options(baseUrl: "http://127.0.0.1\0"), 'NUL'],
            'no UTF-8' => [new Options(userAgent: "\xFF"), 'user agent'],
            'credentials for no proxy' => [new Options(proxyUsername: 'user'), 'proxy is missing'],
            'a key without a chain' => [new Options(clientKeyPem: 'key'), 'client certificate'],
        ];
    }

    public function testOptionsThatCanBeUsed(): void
    {
        $options = new Options(
            allowPlainHttp: true,
            address: '127.0.0.1',
            connectTimeout: 1,
            maxRetryWait: 0.5,
            minTlsVersion: TlsVersion::Tls13,
            userAgentPrefix: 'a/1',
            userAgentSuffix: 'b/1',
            maxIdleConnections: 0,
            pinnedKeys: ['sha256//' . base64_encode(random_bytes(32))],
            proxy: false,
        );
        (new Client('user', 'password', $options))->close();
        $proxied = new Options(proxy: 'http://127.0.0.1:1', proxyUsername: 'a', proxyPassword: 'b');
        (new Client('user', 'password', $proxied))->close();
        self::assertSame(1.0, $options->connectTimeout);
    }

    public function testATraceHoldsNoSecret(): void
    {
        ini_set('zend.exception_ignore_args', '0');
        $client = new Client('user', self::SECRET, new Options(baseUrl: 'http://127.0.0.1:1', maxRetries: 0));
        $calls = [
            static fn () => new Client("\0", self::SECRET),
            static fn () => new Client('user', 'password', new Options(proxyPassword: self::SECRET)),
            static fn () => $client->verify('service', 'user', self::SECRET, new Challenge('sms')),
            static fn () => $client->checkToken("\0", 'user', self::SECRET),
            static fn () => $client->confirmTotp('service', 'user', self::SECRET),
        ];
        foreach ($calls as $call) {
            try {
                $call();
                self::fail('it was refused');
            } catch (VerigatorException $failure) {
                self::assertStringNotContainsString(self::SECRET, self::allOf($failure));
            }
        }
    }

    public function testWhatIsShownHoldsNoSecret(): void
    {
        $options = new Options(timeout: 5, proxyPassword: self::SECRET, clientKeyPem: self::SECRET);
        ob_start();
        var_dump(
            $options,
            new \Verigator\RecoveryCodes([self::SECRET]),
            new \Verigator\Enrolment(self::SECRET, self::SECRET, self::SECRET),
            new \Verigator\EnrolmentLink(self::SECRET, 'now'),
        );
        $shown = (string) ob_get_clean();
        self::assertStringNotContainsString(self::SECRET, $shown);
        self::assertStringContainsString('timeout', $shown);
    }

    /** The failure with its trace, and the arguments in it. */
    private static function allOf(VerigatorException $failure): string
    {
        $trace = $failure->getTrace();
        // The test's own frames know it.
        $isOwn = static fn (array $frame): bool => preg_match('/^Verigator.(?!Tests)/', $frame['class'] ?? '') === 1;
        $own = array_filter($trace, $isOwn);
        self::assertNotSame([], $own);

        return $failure . print_r(array_column($own, 'args'), true);
    }
}
