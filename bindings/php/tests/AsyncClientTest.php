<?php

declare(strict_types=1);

namespace Verigator\Tests;

use LogicException;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use Verigator\AsyncClient;
use Verigator\Cancellation;
use Verigator\Exception\CallCancelledException;
use Verigator\Exception\ClosedException;
use Verigator\Exception\InvalidArgumentException;
use Verigator\Loop\Loop;
use Verigator\Loop\SelectLoop;
use Verigator\Loop\Suspension;
use Verigator\Tests\Support\HeldService;
use Verigator\Tests\Support\Server;

/** Calls of fibers, side by side on a loop. */
final class AsyncClientTest extends TestCase
{
    private HeldService $service;

    private SelectLoop $loop;

    private AsyncClient $client;

    protected function setUp(): void
    {
        $this->service = new HeldService();
        $this->loop = new SelectLoop();
        $this->client = $this->client();
    }

    protected function tearDown(): void
    {
        // PHPUnit keeps this object to the end.
        unset($this->service, $this->loop, $this->client);
    }

    private function client(?int $maxConnections = null): AsyncClient
    {
        return new AsyncClient('user', 'password', $this->service->options($maxConnections), $this->loop);
    }

    public function testALogin(): void
    {
        $server = Server::shared();
        $loop = new SelectLoop();
        $options = new \Verigator\Options(baseUrl: $server->url);
        $client = new AsyncClient(Server::USERNAME, Server::PASSWORD, $options, $loop);
        [$service, $user] = $server->register($server->client());
        [$verified] = $loop->run([static function () use ($server, $client, $service, $user): bool {
            $challenge = $client->initiate($service->id, $user->id);

            return $client->verify($service->id, $user->id, $server->pin($user->id), $challenge);
        }]);
        self::assertTrue($verified);
    }

    public function testCallsWaitSideBySide(): void
    {
        $calls = array_fill(0, 64, fn (): string => $this->client->getService('held')->id);
        $calls[] = function (): void {
            // None is answered before all have come.
            $this->service->hasCome(64);
            $this->service->answers();
        };
        self::assertSame(array_fill(0, 64, 'held'), array_slice($this->loop->run($calls), 0, 64));
    }

    public function testEachGetsItsOwnAnswer(): void
    {
        $calls = array_map(fn (int $n) => fn () => $this->client->getService("s$n")->id, range(0, 999));
        self::assertSame(array_map(static fn (int $n): string => "s$n", range(0, 999)), $this->loop->run($calls));
    }

    public function testFibersWithinFibers(): void
    {
        [$ids] = $this->loop->run([fn () => $this->loop->run([
            'a' => fn () => $this->client->getService('a')->id,
            'b' => fn () => $this->client->getService('b')->id,
            'c' => static fn () => 'c',
        ])]);
        self::assertSame(['a' => 'a', 'b' => 'b', 'c' => 'c'], $ids);
    }

    public function testACallIsCancelled(): void
    {
        $cancellation = new Cancellation();
        [$failure] = $this->loop->run([
            function () use ($cancellation): CallCancelledException {
                try {
                    $this->client->cancelledBy($cancellation)->getService('held');
                    self::fail('it was answered');
                } catch (CallCancelledException $failure) {
                    return $failure;
                }
            },
            function () use ($cancellation): void {
                $this->service->hasCome();
                $cancellation->cancel();
            },
        ]);
        self::assertTrue($failure->maybeSent);
        self::assertTrue($cancellation->isCancelled());
        self::assertSame(['a'], $this->loop->run([fn () => $this->client->getService('a')->id]));
    }

    public function testWhatIsCancelledBeforeItIsMadeIsNotSent(): void
    {
        $cancellation = new Cancellation();
        $cancellation->cancel();
        foreach ([$this->client, $this->blocking()] as $client) {
            try {
                $this->loop->run([static fn () => $client->cancelledBy($cancellation)->getService('held')]);
                self::fail('it was made');
            } catch (CallCancelledException $failure) {
                self::assertFalse($failure->maybeSent);
            }
        }
    }

    public function testAnAnswerThatComesWithTheCancelIsKept(): void
    {
        $cancellation = new Cancellation();
        [$id] = $this->loop->run([
            fn (): string => $this->client->cancelledBy($cancellation)->getService('a')->id,
            function () use ($cancellation): void {
                // The queue has the answer, and this loop has not looked: it runs this function.
                $this->untilAnEndedCallWaits();
                $cancellation->cancel();
            },
        ]);
        self::assertSame('a', $id);
    }

    public function testWhatAFiberIsInterruptedByIsThrownAndSaysWhatBecameOfTheCall(): void
    {
        $fiber = new \Fiber(fn () => $this->client->getService('held'));
        $this->loop->run([function () use ($fiber): void {
            // A loop of the program's own, which gives up.
            $fiber->start();
            $this->service->hasCome();
            try {
                $fiber->throw(new RuntimeException('no time'));
                self::fail('it went on');
            } catch (RuntimeException $interruption) {
                self::assertSame('no time', $interruption->getMessage());
                self::assertInstanceOf(CallCancelledException::class, $interruption->getPrevious());
                self::assertTrue($interruption->getPrevious()->maybeSent);
            }
        }]);
        self::assertTrue($fiber->isTerminated());
    }

    public function testAFiberThatWasInterruptedIsNotResumed(): void
    {
        $suspension = $this->createMock(Suspension::class);
        $suspension->method('suspend')->willReturnCallback(static fn () => \Fiber::suspend());
        $suspension->expects(self::never())->method('resume');
        $loop = $this->createStub(Loop::class);
        $loop->method('watch')->willReturn(static fn () => null);
        $loop->method('suspension')->willReturn($suspension);
        $client = new AsyncClient('user', 'password', $this->service->options(), $loop);
        $fiber = new \Fiber(static fn () => $client->getService('held'));
        $fiber->start();
        $this->service->hasCome();
        $this->expectExceptionMessage('no time');
        $fiber->throw(new RuntimeException('no time'));
    }

    public function testAFiberThatIsResumedBeforeItsAnswerGoesOnWaiting(): void
    {
        [$id] = $this->loop->run([function (): string {
            $id = '';
            $fiber = new \Fiber(function () use (&$id): void {
                $id = $this->client->getService('held')->id;
            });
            $fiber->start();
            $this->service->hasCome();
            $fiber->resume();
            self::assertSame('', $id);
            $this->service->answers();
            while (!$fiber->isTerminated()) {
                $this->client->getService('a');
            }

            return $id;
        }]);
        self::assertSame('held', $id);
    }

    public function testAFiberThatIsDroppedTakesItsCallAlong(): void
    {
        $fiber = new \Fiber(fn () => $this->client->getService('held'));
        $fiber->start();
        $this->service->hasCome();
        unset($fiber);
        gc_collect_cycles();
        self::assertSame(['a'], $this->loop->run([fn () => $this->client->getService('a')->id]));
    }

    public function testManyCallsWithOneCancellationLeaveNothingInIt(): void
    {
        $cancellation = new Cancellation();
        $client = $this->client->cancelledBy($cancellation);
        $this->loop->run(array_fill(0, 10000, static fn () => $client->getService('a')));
        $calls = (new \ReflectionProperty($cancellation, 'calls'))->getValue($cancellation);
        self::assertCount(0, $calls);
        // And it is one queue, with one thread; those of other tests may be about to end.
        $before = $this->threads();
        $clients = array_map(fn () => $this->client->cancelledBy(new Cancellation()), range(1, 8));
        $get = static fn (AsyncClient $client) => static fn () => $client->getService('a');
        $this->loop->run(array_map($get, $clients));
        self::assertLessThanOrEqual($before, $this->threads());
    }

    public function testAClosedClientEndsItsCalls(): void
    {
        $outcomes = $this->loop->run([
            fn () => self::thrownBy(fn () => $this->client->getService('held')),
            function (): string {
                $this->service->hasCome();
                $this->client->close();

                return self::thrownBy(fn () => $this->client->getService('a'));
            },
        ]);
        self::assertSame([CallCancelledException::class, ClosedException::class], $outcomes);
    }

    public function testAnArgumentIsRefusedAtOnce(): void
    {
        $this->expectException(InvalidArgumentException::class);
        $this->loop->run([fn () => $this->client->getService('')]);
    }

    public function testOfMoreCallsThanConnectionsTheRestWaitInOrder(): void
    {
        $client = $this->client(maxConnections: 2);
        $calls = array_map(static fn (int $n) => static fn () => $client->getService("s$n")->id, range(0, 99));
        self::assertCount(100, array_unique($this->loop->run($calls)));
    }

    public function testTheDescriptorIsNotClosedTwice(): void
    {
        $this->loop->run([fn () => $this->client->getService('a')]);
        unset($this->client);
        gc_collect_cycles();
        $pairs = [];
        for ($n = 0; $n < 20; $n++) {
            $pairs[] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
        }
        // These have the numbers now that the queue had.
        $this->client = $this->client();
        $this->loop->run([fn () => $this->client->getService('a')]);
        unset($this->client);
        gc_collect_cycles();
        foreach ($pairs as [$one, $other]) {
            fwrite($one, 'x');
            self::assertSame('x', fread($other, 1));
        }
    }

    public function testALoopThatWaitsForNothingSaysSo(): void
    {
        $this->expectException(LogicException::class);
        $this->loop->run([static fn () => \Fiber::suspend()]);
    }

    public function testACallOutsideOfTheLoop(): void
    {
        $this->expectException(LogicException::class);
        $this->expectExceptionMessage('run()');
        $this->client->getService('a');
    }

    public function testWithoutRevoltTheErrorSaysWhatToDo(): void
    {
        $this->expectException(LogicException::class);
        $this->expectExceptionMessage('composer require revolt/event-loop');
        (new AsyncClient('user', 'password', $this->service->options()))->getService('a');
    }

    public function testALoopOfAnotherLibrary(): void
    {
        $loop = new Support\AmpLoop();
        $client = new AsyncClient('user', 'password', $this->service->options(), $loop);
        $ended = [];
        $ticks = 0;
        \Amp\Loop::run(function () use ($client, &$ended, &$ticks): void {
            // It goes on while calls end, however many there are.
            $timer = \Amp\Loop::repeat(1, static function () use (&$ticks): void {
                $ticks++;
            });
            for ($n = 0; $n < 8; $n++) {
                (new \Fiber(static function () use ($client, $timer, $n, &$ended, &$ticks): void {
                    for ($call = 0; $call < 500 || $ticks < 3; $call++) {
                        $client->getService("s$n");
                    }
                    $ended[] = $n;
                    if (count($ended) === 8) {
                        \Amp\Loop::cancel($timer);
                    }
                }))->start();
            }
        });
        sort($ended);
        self::assertSame(range(0, 7), $ended);
        self::assertGreaterThanOrEqual(3, $ticks);
    }

    private function blocking(): \Verigator\Client
    {
        return new \Verigator\Client('user', 'password', $this->service->options());
    }

    /** How many threads of queues this process has. */
    private function threads(): int
    {
        $names = array_map(file_get_contents(...), (array) glob('/proc/self/task/*/comm'));

        return count(array_keys($names, "verigator-queue\n", true));
    }

    /** @return class-string */
    private static function thrownBy(\Closure $call): string
    {
        try {
            $call();
        } catch (\Throwable $error) {
            return $error::class;
        }
        self::fail('nothing was thrown');
    }

    /** Waits as a loop would, but does nothing about it. */
    private function untilAnEndedCallWaits(): void
    {
        $watched = (new \ReflectionProperty($this->loop, 'watched'))->getValue($this->loop);
        $readable = array_column($watched, 0);
        $none = null;
        self::assertSame(1, stream_select($readable, $none, $none, 60));
    }
}
