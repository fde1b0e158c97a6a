<?php

declare(strict_types=1);

namespace Verigator\Tests;

use PHPUnit\Framework\TestCase;
use RuntimeException;
use Verigator\Cancellation;
use Verigator\Client;
use Verigator\Exception\CallCancelledException;
use Verigator\Tests\Support\HeldService;

/** Blocking calls, and the handlers of signals that run meanwhile. */
final class SignalsTest extends TestCase
{
    private HeldService $service;

    private Client $client;

    protected function setUp(): void
    {
        $this->service = new HeldService();
        $this->client = new Client('user', 'password', $this->service->options());
        pcntl_async_signals(true);
    }

    protected function tearDown(): void
    {
        unset($this->service, $this->client);
        pcntl_alarm(0);
        pcntl_signal(SIGALRM, SIG_DFL);
    }

    public function testWhatAHandlerThrowsEndsTheCall(): void
    {
        $this->whenTheCallWaits(static fn () => throw new RuntimeException('no time'));
        try {
            $this->client->getService('held');
            self::fail('it was answered');
        } catch (RuntimeException $interruption) {
            self::assertSame('no time', $interruption->getMessage());
            $outcome = $interruption->getPrevious();
            self::assertInstanceOf(CallCancelledException::class, $outcome);
            self::assertTrue($outcome->maybeSent);
        }
        self::assertSame('a', $this->client->getService('a')->id);
    }

    public function testAHandlerThatThrowsNothingDoesNotDisturbTheCall(): void
    {
        $this->whenTheCallWaits(fn () => $this->service->answers());
        self::assertSame('held', $this->client->getService('held')->id);
    }

    public function testAHandlerCancelsTheCall(): void
    {
        $cancellation = new Cancellation();
        $this->whenTheCallWaits($cancellation->cancel(...));
        $this->expectException(CallCancelledException::class);
        $this->client->cancelledBy($cancellation)->getService('held');
    }

    public function testAHandlerMakesACallOfItsOwn(): void
    {
        $this->whenTheCallWaits(function (): void {
            self::assertSame('a', $this->client->getService('a')->id);
            $this->service->answers();
        });
        self::assertSame('held', $this->client->getService('held')->id);
    }

    private function whenTheCallWaits(\Closure $handler): void
    {
        pcntl_signal(SIGALRM, function () use ($handler): void {
            $this->service->hasCome();
            $handler();
        });
        pcntl_alarm(1);
    }
}
