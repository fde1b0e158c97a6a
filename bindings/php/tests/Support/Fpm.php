<?php

declare(strict_types=1);

namespace Verigator\Tests\Support;

use RuntimeException;

/** A running FPM with one worker, and the package in a folder that anybody may read. */
final class Fpm
{
    public readonly string $folder;

    private ?Program $program = null;

    public function __construct()
    {
        $this->folder = sys_get_temp_dir() . '/verigator-fpm-' . bin2hex(random_bytes(4));
        self::run('cp', '-r', dirname((string) getenv('AUTOLOAD'), 2), $this->folder);
        copy(dirname(__DIR__) . '/programs/request.php', "$this->folder/request.php");
        mkdir("$this->folder/conf.d");
        self::run('chmod', '-R', 'a+rX', $this->folder);
    }

    public function __destruct()
    {
        $this->stop();
        self::run('rm', '-rf', $this->folder);
    }

    /** What the README says to put into the php.ini of FPM. */
    public function useTheIniOfTheReadme(string $user): void
    {
        $command = [PHP_BINARY, "$this->folder/vendor/bin/verigator-fpm", $user];
        $this->useIni(self::run(...$command));
    }

    public function useIni(string $ini): void
    {
        file_put_contents("$this->folder/conf.d/30-verigator.ini", $ini);
    }

    /** Starts it, as `$starter`, with workers that are `$user`. */
    public function start(string $starter, string $user): void
    {
        $configuration = "$this->folder/fpm.conf";
        file_put_contents($configuration, <<<CONF
            [global]
            daemonize = no
            error_log = $this->folder/log
            [pool]
            listen = $this->folder/socket
            user = $user
            group = $user
            pm = static
            pm.max_children = 1
            CONF);
        if (!self::isRoot() || $starter === 'root') {
            $as = [];
        } else {
            self::run('chown', '-R', $starter, $this->folder);
            $as = ['setpriv', "--reuid=$starter", "--regid=$starter", '--clear-groups'];
        }
        $options = ['--nodaemonize', '--force-stderr', '--allow-to-run-as-root', '-y', $configuration];
        $environment = ['PHP_INI_SCAN_DIR' => ":$this->folder/conf.d"];
        $this->program = new Program([...$as, self::program(), ...$options], $environment, $this->folder);
        do {
            $line = $this->program->line();
        } while (!str_contains($line, 'ready to handle connections'));
    }

    public function stop(): void
    {
        $this->program?->signal(SIGTERM);
        $this->program?->ends();
        $this->program = null;
    }

    /** What the page answers, with these parameters. */
    public function get(string $query): string
    {
        return FastCgi::get("$this->folder/socket", [
            'SCRIPT_FILENAME' => "$this->folder/request.php",
            'REQUEST_METHOD' => 'GET',
            'QUERY_STRING' => $query,
        ]);
    }

    /** @return array<string, mixed> the same, of a page that made its calls */
    public function page(string $query): array
    {
        $said = $this->get($query);
        $page = json_decode(strtok($said, "\n") ?: '', true);

        return is_array($page) ? $page : throw new RuntimeException($said);
    }

    public static function isRoot(): bool
    {
        return posix_geteuid() === 0;
    }

    private static function program(): string
    {
        $version = PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION;
        foreach (["/usr/sbin/php-fpm$version", '/usr/sbin/php-fpm', PHP_BINDIR . '/../sbin/php-fpm'] as $program) {
            if (is_executable($program)) {
                return $program;
            }
        }
        throw new RuntimeException("there is no php-fpm of $version");
    }

    private static function run(string ...$command): string
    {
        [$said, $code] = (new Program(array_values($command)))->ends();

        return $code === 0 ? $said : throw new RuntimeException("$command[0]: $said");
    }
}
