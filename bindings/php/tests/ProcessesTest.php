<?php

declare(strict_types=1);

namespace Verigator\Tests;

use PHPUnit\Framework\TestCase;
use Verigator\Tests\Support\HeldService;
use Verigator\Tests\Support\Program;

/** The end of a process, and processes that are forked. */
final class ProcessesTest extends TestCase
{
    private HeldService $service;

    protected function setUp(): void
    {
        $this->service = new HeldService();
    }

    protected function tearDown(): void
    {
        // PHPUnit keeps this object to the end.
        unset($this->service);
    }

    /** @dataProvider endings */
    public function testAProgramEndsWhileCallsWait(string $how, int $code, string $says): void
    {
        $program = Program::php(__DIR__ . '/programs/ending.php', $this->service->url, $how);
        $this->service->hasCome($how === 'blocking' ? 1 : 8);
        // Sooner than the deadline of its calls, or this waits for as long.
        $began = hrtime(true);
        $how === 'blocking' ? $program->signal(SIGTERM) : $program->types('');
        [$said, $ended] = $program->ends();
        self::assertSame($code, $ended, $said);
        self::assertStringContainsString($says, $said);
        self::assertLessThan(30e9, hrtime(true) - $began);
    }

    /** @return array<string, array{string, int, string}> */
    public function endings(): array
    {
        return [
            'by exit' => ['exit', 7, ''],
            'by an exception' => ['exception', 255, 'this is the end'],
            'by a fatal error' => ['fatal', 255, 'Cannot redeclare'],
            'out of memory' => ['memory', 255, 'Allowed memory size'],
            'by a signal in a blocking call' => ['blocking', 7, ''],
        ];
    }

    public function testAForkAmidCalls(): void
    {
        $program = Program::php(__DIR__ . '/programs/forking.php', $this->service->url);
        self::assertSame('child: inherited', $program->line());
        self::assertSame('child: -15', $program->line());
        self::assertSame('child: own', $program->line());
        self::assertSame('child ended: 3 well', $program->line());
        self::assertSame('parent waits', $program->line());
        $this->service->answers();
        self::assertSame(["held forked\n", 0], $program->ends());
    }
}
