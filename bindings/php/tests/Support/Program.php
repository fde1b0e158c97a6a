<?php

declare(strict_types=1);

namespace Verigator\Tests\Support;

use RuntimeException;

/** A running program, with the test at its keyboard. It is ended at the latest when it is collected. */
final class Program
{
    /** @var resource */
    private $process;

    /** @var array<int, resource> */
    private array $pipes = [];

    /**
     * @param list<string> $command
     * @param array<string, string> $environment beside that of the test
     */
    public function __construct(array $command, array $environment = [], ?string $folder = null)
    {
        $descriptors = [['pipe', 'r'], ['pipe', 'w'], ['redirect', 1]];
        $process = proc_open($command, $descriptors, $this->pipes, $folder, [...getenv(), ...$environment]);
        $this->process = $process !== false ? $process : throw new RuntimeException("cannot start $command[0]");
    }

    public function __destruct()
    {
        if (is_resource($this->process)) {
            proc_terminate($this->process, SIGKILL);
        }
    }

    /** A program of PHP's, in whose place AUTOLOAD stands. */
    public static function php(string $file, string ...$arguments): self
    {
        return new self([PHP_BINARY, $file, (string) getenv('AUTOLOAD'), ...$arguments]);
    }

    /** The next line that it prints. */
    public function line(): string
    {
        $line = fgets($this->pipes[1]);

        return $line !== false ? rtrim($line, "\n") : throw new RuntimeException('it ended');
    }

    /** What it prints up to a question. */
    public function untilAsked(): string
    {
        $said = '';
        while (!str_ends_with($said, ': ')) {
            $character = fgetc($this->pipes[1]);
            $said .= $character !== false ? $character : throw new RuntimeException("it ended: $said");
        }

        return $said;
    }

    public function types(string $line): void
    {
        fwrite($this->pipes[0], "$line\n");
    }

    /**
     * What else it prints, and its exit code.
     *
     * @return array{string, int}
     */
    public function ends(): array
    {
        fclose($this->pipes[0]);
        $said = (string) stream_get_contents($this->pipes[1]);
        fclose($this->pipes[1]);

        return [$said, $this->waitedFor()];
    }

    public function signal(int $signal): void
    {
        proc_terminate($this->process, $signal);
    }

    public function id(): int
    {
        return proc_get_status($this->process)['pid'];
    }

    private function waitedFor(): int
    {
        $status = proc_get_status($this->process);

        return $status['running'] ? proc_close($this->process) : $status['exitcode'];
    }
}
