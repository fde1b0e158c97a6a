<?php

declare(strict_types=1);

namespace Verigator\Tests\Support;

use Verigator\Options;

/** A service that answers when it is told to; see service.php. */
final class HeldService
{
    public readonly string $url;

    private readonly Program $program;

    public function __construct()
    {
        $this->program = new Program([PHP_BINARY, __DIR__ . '/service.php']);
        $this->url = $this->program->line();
    }

    public function options(?int $maxConnections = null): Options
    {
        return new Options(baseUrl: $this->url, timeout: 60, maxConnections: $maxConnections);
    }

    /** Waits until something was asked of `held...`, so that it waits for its answer. */
    public function hasCome(int $times = 1): void
    {
        while ($times-- > 0) {
            $this->program->line();
        }
    }

    /** Answers what was asked of this id. */
    public function answers(string $id = 'held'): void
    {
        $this->program->types($id);
    }
}
