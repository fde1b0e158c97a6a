<?php

declare(strict_types=1);

namespace Verigator\Loop;

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
     * @param Fiber<mixed, mixed, mixed, mixed> $fiber which is going to wait, or was not started yet
     * @param SelectLoop $loop what goes on with it
     */
    public function __construct(
        private readonly Fiber $fiber,
        private readonly SelectLoop $loop,
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
        $this->loop->resume($this);
    }

    /** What the loop does about it at its next turn. */
    public function goOn(): void
    {
        // Until then something else may have gone on with it.
        if ($this->isWaiting) {
            $this->fiber->resume();
        } elseif (!$this->fiber->isStarted()) {
            $this->fiber->start();
        }
    }
}
