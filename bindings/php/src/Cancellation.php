<?php

declare(strict_types=1);

namespace Verigator;

use Verigator\Internal\Call;
use WeakMap;

/**
 * Ends calls that wait, from another fiber or from the handler of a signal; see
 * `BaseClient::cancelledBy`. It can be used for any number of calls, at once and one after another.
 */
final class Cancellation
{
    private bool $isCancelled = false;

    /** @var WeakMap<Call<mixed>, true> those under way */
    private WeakMap $calls;

    public function __construct()
    {
        $this->calls = new WeakMap();
    }

    /**
     * Ends the calls that wait for it, and those that are made with it later. Cannot be undone.
     *
     * What has ended stays as it is.
     */
    public function cancel(): void
    {
        $this->isCancelled = true;
        foreach ($this->calls as $call => $_) {
            $call->cancel();
        }
    }

    /** Whether `cancel` was called. */
    public function isCancelled(): bool
    {
        return $this->isCancelled;
    }

    /**
     * @internal
     *
     * @param Call<mixed> $call
     */
    public function watch(Call $call): void
    {
        $this->calls[$call] = true;
        if ($this->isCancelled) {
            $call->cancel();
        }
    }

    /**
     * @internal
     *
     * @param Call<mixed> $call
     */
    public function forget(Call $call): void
    {
        unset($this->calls[$call]);
    }
}
