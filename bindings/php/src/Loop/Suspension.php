<?php

declare(strict_types=1);

namespace Verigator\Loop;

/** A fiber that is going to wait. */
interface Suspension
{
    /** Waits for `resume`. What it throws ends what is waited for. */
    public function suspend(): void;

    /** Has the loop go on with the fiber at its next turn: not from within this call. */
    public function resume(): void;
}
