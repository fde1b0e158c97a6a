<?php

declare(strict_types=1);

namespace Verigator;

use ArrayIterator;
use Countable;
use IteratorAggregate;

/**
 * A page of the services of an account; it can be counted and gone through.
 *
 * @implements IteratorAggregate<int, Service>
 */
final readonly class ServiceList implements Countable, IteratorAggregate
{
    /**
     * @param list<Service> $services those of the page
     * @param int $total how many there are, as the server says
     * @param ?string $nextCursor what `pageServices` takes for the next page, or null on the last one
     */
    public function __construct(
        public array $services,
        public int $total,
        public ?string $nextCursor = null,
    ) {
    }

    /** How many are on the page. */
    public function count(): int
    {
        return count($this->services);
    }

    /** @return ArrayIterator<int, Service> those of the page */
    public function getIterator(): ArrayIterator
    {
        return new ArrayIterator($this->services);
    }
}
