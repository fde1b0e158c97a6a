<?php

declare(strict_types=1);

namespace Bench;

/** The measured section, and the times of its calls. */
final class Run
{
    /** @var list<int> nanoseconds of every call */
    private array $latencies = [];

    /** @var array{float, float, float} */
    private array $start;

    /** @var array{float, float, float} */
    private array $end;

    public function begins(): void
    {
        $this->latencies = [];
        $this->start = self::stamp();
    }

    /** Notes a call that began at this time, and gives the time it ended. */
    public function took(int $began, bool $isVerified): int
    {
        $ended = hrtime(true);
        $this->latencies[] = $ended - $began;
        if (!$isVerified) {
            exit("a call was not answered with yes\n");
        }

        return $ended;
    }

    public function ends(): void
    {
        $this->end = self::stamp();
        sort($this->latencies);
        $count = count($this->latencies);
        [$elapsed, $user, $system] = array_map(static fn ($end, $start) => $end - $start, $this->end, $this->start);
        echo json_encode([
            'calls' => $count,
            'elapsed_s' => $elapsed,
            'p50_us' => $this->latencies[intdiv($count, 2)] / 1e3,
            'p90_us' => $this->latencies[intdiv($count * 9, 10)] / 1e3,
            'p99_us' => $this->latencies[intdiv($count * 99, 100)] / 1e3,
            'user_s' => $user,
            'system_s' => $system,
            'peak_rss_kb' => self::processStatus('VmHWM'),
            'threads' => self::processStatus('Threads'),
        ]), "\n";
    }

    /** @return array{float, float, float} the clock, and the time of this process, in seconds */
    private static function stamp(): array
    {
        $usage = getrusage();

        return [
            hrtime(true) / 1e9,
            $usage['ru_utime.tv_sec'] + $usage['ru_utime.tv_usec'] / 1e6,
            $usage['ru_stime.tv_sec'] + $usage['ru_stime.tv_usec'] / 1e6,
        ];
    }

    /** A number that the system tells of this process. */
    private static function processStatus(string $name): int
    {
        preg_match("/^$name:\s+(\d+)/m", (string) file_get_contents('/proc/self/status'), $found);

        return (int) $found[1];
    }
}
