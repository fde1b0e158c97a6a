<?php

declare(strict_types=1);

namespace Verigator\Tests;

use PHPUnit\Framework\TestCase;
use Psr\Log\AbstractLogger;
use RuntimeException;
use Verigator\AsyncClient;
use Verigator\Client;
use Verigator\Exception\ClosedException;
use Verigator\Loop\SelectLoop;
use Verigator\LogLevel;
use Verigator\Options;
use Verigator\Tests\Support\HeldService;

/** The log lines of calls, to a logger of PSR-3. */
final class LoggingTest extends TestCase
{
    private HeldService $service;

    /** @var list<array{string, string}> */
    private array $lines = [];

    protected function setUp(): void
    {
        $this->service = new HeldService();
    }

    protected function tearDown(): void
    {
        // PHPUnit keeps this object to the end.
        unset($this->service);
    }

    public function testEachCallLogsItsLines(): void
    {
        $client = new Client('user', 's3cr3t', $this->options(LogLevel::Debug));
        $client->getService('a');
        self::assertSame(['debug', 'info'], $this->levels());
        self::assertStringNotContainsString('s3cr3t', print_r($this->lines, true));
        $client->getService('a');
        self::assertGreaterThan(2, count($this->lines));
    }

    public function testTheLevelSaysHowMany(): void
    {
        (new Client('user', 'password', $this->options(LogLevel::Info)))->getService('a');
        self::assertSame(['info'], $this->levels());
        $this->lines = [];
        (new Client('user', 'password', $this->options(LogLevel::Error)))->getService('a');
        self::assertSame([], $this->lines);
    }

    public function testFailuresAreLogged(): void
    {
        $client = new Client('user', 'password', $this->options(LogLevel::Error));
        $client->close();
        try {
            $client->getService('a');
            self::fail('it was made');
        } catch (ClosedException) {
            self::assertSame(['error'], $this->levels());
        }
    }

    public function testCallsOfFibersLogAsWell(): void
    {
        $loop = new SelectLoop();
        $client = new AsyncClient('user', 'password', $this->options(LogLevel::Info), $loop);
        $loop->run(array_fill(0, 3, static fn () => $client->getService('a')));
        self::assertCount(3, $this->lines);
    }

    public function testWhatTheLoggerThrowsTheCallThrows(): void
    {
        $logger = new class extends AbstractLogger {
            public function log($level, $message, array $context = []): void
            {
                throw new RuntimeException('no room');
            }
        };
        $options = new Options(baseUrl: $this->service->url, logger: $logger);
        $this->expectExceptionMessage('no room');
        (new Client('user', 'password', $options))->getService('a');
    }

    private function options(LogLevel $level): Options
    {
        $logger = new class ($this->lines) extends AbstractLogger {
            public function __construct(private array &$lines)
            {
            }

            public function log($level, $message, array $context = []): void
            {
                $this->lines[] = [$level, $message];
            }
        };

        return new Options(baseUrl: $this->service->url, logger: $logger, logLevel: $level);
    }

    /** @return list<string> */
    private function levels(): array
    {
        $levels = array_unique(array_column($this->lines, 0));
        sort($levels);

        return $levels;
    }
}
