<?php

declare(strict_types=1);

namespace Verigator;

use ArrayIterator;
use Countable;
use IteratorAggregate;

/**
 * A user's recovery codes, each a token for one verification; they can be counted and gone through.
 *
 * They are shown to their user once, and `var_dump` does not show them.
 *
 * @implements IteratorAggregate<int, string>
 */
final readonly class RecoveryCodes implements Countable, IteratorAggregate
{
    /** @param list<string> $codes the codes: at least one */
    public function __construct(
        #[\SensitiveParameter] public array $codes,
    ) {
    }

    /** How many there are. */
    public function count(): int
    {
        return count($this->codes);
    }

    /** @return ArrayIterator<int, string> the codes */
    public function getIterator(): ArrayIterator
    {
        return new ArrayIterator($this->codes);
    }

    /** @return array{count: int} what may be shown */
    public function __debugInfo(): array
    {
        return ['count' => count($this->codes)];
    }
}
