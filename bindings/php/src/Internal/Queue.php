<?php

declare(strict_types=1);

namespace Verigator\Internal;

use Closure;
use FFI;
use FFI\CData;
use RuntimeException;
use Throwable;
use Verigator\Loop\Loop;
use Verigator\Loop\Suspension;

/**
 * The queue of a client on an event loop: calls go in, and the fiber that waits for one is resumed.
 *
 * The loop watches it only as long as a call is under way, so that nothing of it is left in a loop
 * that ends.
 *
 * @internal
 */
final class Queue
{
    /** How many ended calls are taken out before the loop sees to other things. */
    private const MOST_A_TURN = 64;

    private readonly Handle $handle;

    /** @var resource readable as long as an ended call waits */
    private mixed $stream;

    /** Whose stream that is. */
    private int $process = 0;

    /** @var array<int, Suspension> who waits for a call, by its number */
    private array $waiting = [];

    /** Where C writes the number of a call that has ended. */
    private readonly CData $ended;

    private ?Closure $stopWatching = null;

    public function __construct(Handle $context, private readonly Loop $loop)
    {
        $this->handle = Handle::make('verigator_queue', 'verigator_queue_new', $context->number);
        $this->ended = Library::get()->new('uint64_t[1]');
    }

    /**
     * Has a call made, and returns when it has ended.
     *
     * @param Call<mixed> $call
     */
    public function perform(Call $call): void
    {
        if ($this->process !== getmypid()) {
            $this->open();
        }
        $suspension = $this->loop->suspension();
        // It is never given twice, and so needs no tag.
        $number = $call->number;
        Failures::check(Library::get()->verigator_call_submit($number, $this->handle->number, 0));
        $this->waiting[$number] = $suspension;
        if ($this->stopWatching === null) {
            $this->watch();
        }
        try {
            do {
                // The program may have gone on with the fiber itself.
                $suspension->suspend();
            } while (isset($this->waiting[$number]));
        } catch (Throwable $interruption) {
            $call->cancel();
            $this->takeOut($number);
            $call->interrupted($interruption);
        } finally {
            // It is still there if the fiber was interrupted, or ends here for good.
            if (isset($this->waiting[$number])) {
                $this->forget($number);
            }
        }
    }

    /** What is left makes the loop come again. */
    private function takeSome(): void
    {
        for ($taken = 0; $taken < self::MOST_A_TURN && $this->take(0) !== null; $taken++) {
            // Each is seen to.
        }
    }

    /** Takes out a call that was cancelled, whose end comes at once, and those that ended before it. */
    private function takeOut(int $number): void
    {
        // Its fiber goes on now, and must not be resumed once more.
        if ($this->forget($number) === null) {
            return;
        }
        do {
            $taken = $this->take(-1);
        } while ($taken !== $number && $taken !== null);
    }

    /** Takes out a call that has ended, and has its fiber resumed: the call's number, or null if there was none. */
    private function take(int $timeoutMs): ?int
    {
        $library = Library::get();
        if ($library->verigator_queue_next($this->handle->number, $timeoutMs, $this->ended) !== 0) {
            return null;
        }
        $number = $this->ended[0];
        $this->forget($number)?->resume();

        return $number;
    }

    private function forget(int $number): ?Suspension
    {
        $suspension = $this->waiting[$number] ?? null;
        unset($this->waiting[$number]);
        if ($this->waiting === []) {
            $this->stopWatching();
        }

        return $suspension;
    }

    private function watch(): void
    {
        $this->stopWatching = $this->loop->watch($this->stream, $this->takeSome(...));
    }

    private function stopWatching(): void
    {
        if ($this->stopWatching !== null) {
            ($this->stopWatching)();
            $this->stopWatching = null;
        }
    }

    /**
     * Opens the stream of this process. In a forked child the queue has another descriptor than in the
     * parent, and what waited there ends cancelled.
     */
    private function open(): void
    {
        $this->stopWatching();
        $this->stream = $this->openStream();
        $this->process = (int) getmypid();
        if ($this->waiting !== []) {
            $this->watch();
        }
    }

    /**
     * PHP's loops watch streams, not numbers. This one is of a copy of the descriptor, which is the
     * library's.
     *
     * @return resource
     */
    private function openStream(): mixed
    {
        $descriptor = Library::get()->new('int32_t');
        Failures::check(Library::get()->verigator_queue_fd($this->handle->number, FFI::addr($descriptor)));
        $stream = @fopen("php://fd/{$descriptor->cdata}", 'r');
        if ($stream === false) {
            $why = error_get_last()['message'] ?? '';
            throw new RuntimeException("an AsyncClient needs the command line's PHP, not " . PHP_SAPI . ": $why");
        }

        return $stream;
    }
}
