<?php

declare(strict_types=1);

namespace Bench;

/** What the command line says. */
final readonly class Target
{
    private function __construct(
        public string $url,
        /** The PEM file of the authority. */
        public ?string $ca,
        /** Calls in flight. */
        public int $threads,
        /** For each of them. */
        public int $calls,
        public int $warmup,
    ) {
    }

    public static function fromCommandLine(): self
    {
        $given = getopt('', ['url:', 'ca:', 'threads:', 'calls:', 'warmup:']);

        return new self(
            $given['url'],
            $given['ca'] ?? null,
            (int) ($given['threads'] ?? 1),
            (int) ($given['calls'] ?? 1000),
            (int) ($given['warmup'] ?? 100),
        );
    }
}
