<?php

declare(strict_types=1);

namespace Verigator\Tests;

use PHPUnit\Framework\TestCase;
use Verigator\Tests\Support\Fpm;
use Verigator\Tests\Support\HeldService;

/** The package under FPM, with the php.ini that the README names. */
final class FpmTest extends TestCase
{
    private HeldService $service;

    private Fpm $fpm;

    protected function setUp(): void
    {
        $this->service = new HeldService();
        $this->fpm = new Fpm();
    }

    protected function tearDown(): void
    {
        // PHPUnit keeps this object to the end.
        unset($this->fpm, $this->service);
    }

    /** @dataProvider users */
    public function testTheIniOfTheReadme(string $starter, string $user): void
    {
        $this->fpm->useTheIniOfTheReadme($user);
        $this->fpm->start($starter, $user);
        $page = $this->fpm->page("url={$this->service->url}");
        self::assertSame('a', $page['id']);
        self::assertSame($user, $page['user']);
        // A blocking call needs no thread, nor does what is loaded before FPM forks.
        self::assertSame(1, $page['threads']);
        // The program's own code may not use FFI: the ini does not open it to all.
        self::assertFalse($page['ffi']);
    }

    /** @return array<string, array{string, string}> who starts it, and who its workers are */
    public function users(): array
    {
        $self = posix_getpwuid(posix_geteuid())['name'];
        if (!Fpm::isRoot()) {
            fwrite(STDERR, "NOT RUN: FPM as root and as www-data, which takes root\n");
        }

        return Fpm::isRoot() ? [
            'root, for www-data' => ['root', 'www-data'],
            'www-data' => ['www-data', 'www-data'],
            'root, for root' => ['root', 'root'],
        ] : [$self => [$self, $self]];
    }

    public function testAThousandRequestsInOneWorkerLeaveNothingBehind(): void
    {
        $user = Fpm::isRoot() ? 'www-data' : posix_getpwuid(posix_geteuid())['name'];
        $this->fpm->useTheIniOfTheReadme($user);
        $this->fpm->start(Fpm::isRoot() ? 'root' : $user, $user);
        $query = "url={$this->service->url}";
        $pages = [];
        for ($request = 0; $request < 1000; $request++) {
            // Each tenth dies of a fatal error, with its client and its connection.
            $pages[] = $this->fpm->page($request % 10 === 9 ? "$query&fatal=1" : $query);
        }
        self::assertCount(1, array_unique(array_column($pages, 'process')));
        [$early, $late] = [array_slice($pages, 0, 100), array_slice($pages, 900)];
        $most = static fn (array $pages, string $of): int => max(array_column($pages, $of));
        self::assertLessThanOrEqual($most($early, 'descriptors'), $most($late, 'descriptors'));
        self::assertLessThan($most($early, 'resident') + 512, $most($late, 'resident'), 'kilobytes');
    }

    public function testWhatIsNotPreloadedIsToldTheDirective(): void
    {
        $user = posix_getpwuid(posix_geteuid())['name'];
        $this->fpm->start($user, $user);
        $said = $this->fpm->get("url={$this->service->url}");
        self::assertStringContainsString('set opcache.preload=', $said);
        self::assertStringContainsString('/vendor/libverigator/verigator/preload.php', $said);
    }

    public function testWhereFfiIsOffTheErrorNamesTheDirective(): void
    {
        $user = posix_getpwuid(posix_geteuid())['name'];
        $this->fpm->useIni("ffi.enable=false\n");
        $this->fpm->start($user, $user);
        $said = $this->fpm->get("url={$this->service->url}");
        self::assertStringContainsString('set ffi.enable=preload', $said);
    }

    public function testWithFfiForAllNothingIsPreloaded(): void
    {
        $user = posix_getpwuid(posix_geteuid())['name'];
        $this->fpm->useIni("ffi.enable=true\n");
        $this->fpm->start($user, $user);
        self::assertSame('a', $this->fpm->page("url={$this->service->url}")['id']);
    }

    public function testWhereOnlyOpcachePreloadIsSet(): void
    {
        $user = posix_getpwuid(posix_geteuid())['name'];
        $preload = "{$this->fpm->folder}/vendor/libverigator/verigator/preload.php";
        $this->fpm->useIni("opcache.preload=$preload\nopcache.preload_user=www-data\n");
        $this->fpm->start($user, $user);
        // Each request loads the library and lets go of it.
        for ($request = 0; $request < 20; $request++) {
            self::assertSame('a', $this->fpm->page("url={$this->service->url}")['id']);
        }
    }
}
