<?php

declare(strict_types=1);

namespace Verigator\Loop;

use Closure;
use Fiber;

/**
 * A fiber on a `SelectLoop`.
 *
 * @internal
 */
final readonly class SelectSuspension implements Suspension
{
    /**
     * @param Fiber<mixed, mixed, mixed, mixed> $fiber
     * @param Closure(Closure(): void): void $defer has the loop do something at its next turn
     */
    public function __construct(
        private Fiber $fiber,
        private Closure $defer,
    ) {
    }

    public function suspend(): void
    {
        Fiber::suspend();
    }

    public function resume(): void
    {
        ($this->defer)(fn () => $this->fiber->resume());
    }
}
