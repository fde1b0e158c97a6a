<?php

declare(strict_types=1);

namespace Verigator\Internal;

use FFI;
use FFI\CData;

/**
 * What the library made, and frees: when it is collected at the latest.
 *
 * In a forked child it may be freed as well, which leaves the parent's as it is.
 *
 * @internal
 */
class Handle
{
    /** @var array<string, FFI\CType> the types of the outputs, by that of the handle */
    private static array $outputs = [];

    private bool $isFreed = false;

    /** @param string $type what it is, such as `verigator_config` */
    public function __construct(
        private readonly string $type,
        public readonly CData $pointer,
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
        return new self($type, self::output($type, $function, $arguments));
    }

    /**
     * What such a function gives; it is the caller's to free.
     *
     * @param list<mixed> $arguments all but the last
     *
     * @throws \Verigator\Exception\VerigatorException it failed
     */
    public static function output(string $type, string $function, #[\SensitiveParameter] array $arguments): CData
    {
        $library = Library::get();
        $output = $library->new(self::$outputs[$type] ??= $library->type("$type *"));
        $arguments[] = FFI::addr($output);
        Failures::check($library->$function(...$arguments));

        return $output;
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
            Library::get()->{"{$this->type}_free"}($this->pointer);
        }
    }
}
