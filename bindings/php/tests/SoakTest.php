<?php

declare(strict_types=1);

namespace Verigator\Tests;

use PHPUnit\Framework\TestCase;
use Verigator\AsyncClient;
use Verigator\Client;
use Verigator\Exception\VerigatorException;
use Verigator\Loop\SelectLoop;
use Verigator\Tests\Support\HeldService;

/** A hundred thousand calls, after which the process is as large as it was. */
final class SoakTest extends TestCase
{
    private const CALLS = 100000;

    public function testManyCallsTakeNoMemory(): void
    {
        $service = new HeldService();
        $client = new Client('user', 'password', $service->options());
        $loop = new SelectLoop();
        $async = new AsyncClient('user', 'password', $service->options(), $loop);
        $round = static function (int $calls) use ($client, $loop, $async): void {
            for ($call = 0; $call < $calls; $call += 10) {
                // Most fail at once, which takes more of FFI than an answer does; all pass through C.
                for ($failure = 0; $failure < 8; $failure++) {
                    self::fails(static fn () => $client->getService("\0"));
                }
                self::fails(static fn () => $client->getService('odd'));
                $loop->run([static fn () => $async->getService('a')]);
            }
        };
        $round(2000);
        [$heap, $resident] = [memory_get_usage(), self::resident()];
        $round(self::CALLS);
        self::assertLessThan(4096, memory_get_usage() - $heap, 'bytes of PHP\'s');
        self::assertLessThan(1024, self::resident() - $resident, 'kilobytes');
    }

    private static function fails(\Closure $call): void
    {
        try {
            $call();
        } catch (VerigatorException) {
            return;
        }
        self::fail('it was answered');
    }

    /** How much of this process is in memory, in kilobytes. */
    private static function resident(): int
    {
        gc_collect_cycles();
        preg_match('/VmRSS:\s+(\d+)/', (string) file_get_contents('/proc/self/status'), $resident);

        return (int) $resident[1];
    }
}
