<?php

declare(strict_types=1);

namespace Verigator;

use ArrayIterator;
use Countable;
use IteratorAggregate;

/**
 * The users of one service, or a page of them; it can be counted and gone through.
 *
 * @implements IteratorAggregate<int, User>
 */
final readonly class UserList implements Countable, IteratorAggregate
{
    /**
     * @param list<User> $users those that the service sent
     * @param int $total how many there are, as the service says: more if it sent only some
     * @param ?string $nextCursor what `pageUsers` takes for the next page, or null on the last one
     */
    public function __construct(
        public array $users,
        public int $total,
        public ?string $nextCursor = null,
    ) {
    }

    /** How many the service sent. */
    public function count(): int
    {
        return count($this->users);
    }

    /** @return ArrayIterator<int, User> those that the service sent */
    public function getIterator(): ArrayIterator
    {
        return new ArrayIterator($this->users);
    }
}
