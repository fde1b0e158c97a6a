<?php

declare(strict_types=1);

namespace Verigator\Internal;

use FFI\CType;

/**
 * What the library made, and frees: when it is collected at the latest.
 *
 * In a forked child it may be freed as well, which leaves the parent's as it is.
 *
 * @internal
 */
class Handle
{
    /** What C writes one to. */
    private static ?CType $output = null;

    private bool $isFreed = false;

    /**
     * @param string $type what it is, such as `verigator_config`
     * @param int $number what C knows it by
     */
    public function __construct(
        private readonly string $type,
        public readonly int $number,
    ) {
        Leftovers::watch($this);
    }

    /**
     * Calls a function whose last parameter is an output for such a handle.
     *
     * @throws \Verigator\Exception\VerigatorException it failed
     */
    public static function make(string $type, string $function, #[\SensitiveParameter] mixed ...$arguments): self
    {
        return new self($type, self::output($function, $arguments));
    }

    /**
     * What such a function gives; it is the caller's to free.
     *
     * @param list<mixed> $arguments all but the last
     *
     * @throws \Verigator\Exception\VerigatorException it failed
     */
    public static function output(string $function, #[\SensitiveParameter] array $arguments): int
    {
        $library = Library::get();
        $output = $library->new(self::$output ??= $library->type('uint64_t[1]'));
        $arguments[] = $output;
        Failures::check($library->$function(...$arguments));

        return $output[0];
    }

    public function __destruct()
    {
        $this->free();
    }

    /** Frees it; a second time does nothing. */
    public function free(): void
    {
        if (!$this->isFreed) {
            $this->isFreed = true;
            Library::get()->{"{$this->type}_free"}($this->number);
        }
    }
}
