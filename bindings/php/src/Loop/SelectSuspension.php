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
final class SelectSuspension implements Suspension
{
    private bool $isWaiting = false;

    /**
     * @param Fiber<mixed, mixed, mixed, mixed> $fiber
     * @param Closure(Closure(): void): void $defer has the loop do something at its next turn
     */
    public function __construct(
        private readonly Fiber $fiber,
        private readonly Closure $defer,
    ) {
    }

    public function suspend(): void
    {
        $this->isWaiting = true;
        try {
            Fiber::suspend();
        } finally {
            $this->isWaiting = false;
        }
    }

    public function resume(): void
    {
        ($this->defer)(function (): void {
            // Until the next turn something else may have gone on with it.
            if ($this->isWaiting) {
                $this->fiber->resume();
            }
        });
    }
}
