<?php

declare(strict_types=1);

namespace Verigator\Loop;

use Closure;
use Fiber;
use LogicException;
use Throwable;

/**
 * An event loop for programs that have none: it runs functions side by side, over `stream_select`.
 *
 * It has neither timers nor signals; a program that needs those takes Revolt.
 */
final class SelectLoop implements Loop
{
    /** @var array<int, array{resource, Closure(): void}> by the number of the stream */
    private array $watched = [];

    /** @var list<SelectSuspension> whose fibers the next turn goes on with */
    private array $due = [];

    /**
     * Runs each function in a fiber of its own, and returns when all have ended. It may be called from
     * within one of them, for others.
     *
     * @template K of array-key
     *
     * @param array<K, Closure(): mixed> $functions
     *
     * @return array<K, mixed> what they returned, by the same keys
     *
     * @throws Throwable what the first of them threw that did, once all have ended
     */
    public function run(array $functions): array
    {
        $waiting = Fiber::getCurrent() === null ? null : $this->suspension();
        $results = array_map(static fn (): mixed => null, $functions);
        $left = count($functions);
        $thrown = null;
        foreach ($functions as $key => $function) {
            $fiber = new Fiber(static function () use ($key, $function, $waiting, &$results, &$left, &$thrown): void {
                try {
                    $results[$key] = $function();
                } catch (Throwable $error) {
                    $thrown ??= $error;
                }
                if (--$left === 0) {
                    $waiting?->resume();
                }
            });
            $this->resume(new SelectSuspension($fiber, $this));
        }
        if ($waiting !== null && $left > 0) {
            $waiting->suspend();
        }
        while ($left > 0) {
            $this->turn();
        }

        return $thrown === null ? $results : throw $thrown;
    }

    public function watch(mixed $stream, Closure $readable): Closure
    {
        $id = get_resource_id($stream);
        $this->watched[$id] = [$stream, $readable];

        return function () use ($id): void {
            unset($this->watched[$id]);
        };
    }

    public function suspension(): Suspension
    {
        $fiber = Fiber::getCurrent();
        if ($fiber === null) {
            throw new LogicException('a call on a SelectLoop is made from within its run(); put it there');
        }

        return new SelectSuspension($fiber, $this);
    }

    /** @internal has the next turn go on with it */
    public function resume(SelectSuspension $suspension): void
    {
        $this->due[] = $suspension;
    }

    private function turn(): void
    {
        $this->select();
        $due = $this->due;
        $this->due = [];
        foreach ($due as $suspension) {
            $suspension->goOn();
        }
    }

    /** Sees to the streams that can be read. It waits for one if there is nothing else to do. */
    private function select(): void
    {
        if ($this->watched === []) {
            if ($this->due === []) {
                throw new LogicException('the functions wait for each other, or for what this loop does not know');
            }

            return;
        }
        $readable = array_column($this->watched, 0);
        $none = null;
        // false: the handler of a signal ran.
        if (@stream_select($readable, $none, $none, $this->due === [] ? null : 0) === false) {
            return;
        }
        foreach ($readable as $stream) {
            // One that was seen to before may have ended the watch of this one.
            ($this->watched[get_resource_id($stream)][1] ?? static fn () => null)();
        }
    }
}
