<?php

declare(strict_types=1);

namespace Verigator\Tests\Support;

use Amp\Loop as Amp;
use Closure;
use Fiber;
use Verigator\Loop\Loop;
use Verigator\Loop\Suspension;

/** The event loop of AMPHP 2, which knows no fibers: what it takes to adapt any loop that watches streams. */
final class AmpLoop implements Loop
{
    public function watch(mixed $stream, Closure $readable): Closure
    {
        $id = Amp::onReadable($stream, static fn () => $readable());

        return static fn () => Amp::cancel($id);
    }

    public function suspension(): Suspension
    {
        return new class (Fiber::getCurrent()) implements Suspension {
            public function __construct(private readonly Fiber $fiber)
            {
            }

            public function suspend(): void
            {
                Fiber::suspend();
            }

            public function resume(): void
            {
                Amp::defer(fn () => $this->fiber->resume());
            }
        };
    }
}
