<?php

declare(strict_types=1);

namespace Verigator\Loop;

use Closure;
use LogicException;
use Revolt\EventLoop;

/** The event loop of Revolt, on which AMPHP 3 and others run. */
final class RevoltLoop implements Loop
{
    /** @throws LogicException Revolt is not there, when it is needed */
    public function watch(mixed $stream, Closure $readable): Closure
    {
        $id = EventLoop::onReadable($stream, static fn () => $readable());

        return static fn () => EventLoop::cancel($id);
    }

    /** @throws LogicException Revolt is not there */
    public function suspension(): Suspension
    {
        if (!class_exists(EventLoop::class)) {
            throw new LogicException(
                'an AsyncClient needs an event loop: run `composer require revolt/event-loop`, or pass another '
                . 'one, such as new Verigator\Loop\SelectLoop()',
            );
        }

        return new RevoltSuspension(EventLoop::getSuspension());
    }
}
