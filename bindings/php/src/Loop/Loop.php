<?php

declare(strict_types=1);

namespace Verigator\Loop;

use Closure;

/** An event loop that watches streams and resumes fibers: what an `AsyncClient` needs of one. */
interface Loop
{
    /**
     * Calls `$readable` again and again, from the loop, as long as `$stream` can be read.
     *
     * @param resource $stream which is neither read nor closed
     * @param Closure(): void $readable
     *
     * @return Closure(): void stops it; it may be called from within `$readable`
     */
    public function watch(mixed $stream, Closure $readable): Closure;

    /** Makes the running fiber able to wait. */
    public function suspension(): Suspension;
}
