<?php

declare(strict_types=1);

namespace Verigator\Loop;

use Revolt\EventLoop;

/**
 * A fiber on Revolt's loop.
 *
 * @internal
 */
final readonly class RevoltSuspension implements Suspension
{
    /** @param EventLoop\Suspension<void> $suspension */
    public function __construct(
        private EventLoop\Suspension $suspension,
    ) {
    }

    public function suspend(): void
    {
        $this->suspension->suspend();
    }

    public function resume(): void
    {
        $this->suspension->resume();
    }
}
