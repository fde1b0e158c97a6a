<?php

declare(strict_types=1);

namespace Verigator\Tests;

use PHPUnit\Framework\TestCase;
use Verigator\Internal\Library;
use Verigator\Tests\Support\Program;

/** Where the native library is looked for, and what is said where it is not right. */
final class LibraryTest extends TestCase
{
    private string $project;

    private string $library;

    protected function setUp(): void
    {
        $installed = dirname((string) getenv('AUTOLOAD'), 2);
        $this->project = sys_get_temp_dir() . '/verigator-library-' . bin2hex(random_bytes(4));
        (new Program(['cp', '-r', $installed, $this->project]))->ends();
        $packaged = (string) realpath(Library::packaged());
        $this->library = $this->project . substr($packaged, strlen((string) realpath($installed)));
    }

    protected function tearDown(): void
    {
        (new Program(['rm', '-rf', $this->project]))->ends();
    }

    public function testThePackagesOwnIsTaken(): void
    {
        self::assertSame('1.0.0', $this->loaded());
    }

    public function testWhereThePackageHasNoneTheSystemsIsTaken(): void
    {
        rename($this->library, "$this->project/libverigator.so.1");
        self::assertSame('1.0.0', $this->loaded(['LD_LIBRARY_PATH' => $this->project]));
    }

    public function testOneThatIsNotThere(): void
    {
        unlink($this->library);
        // Were there one in the system, this one is found before it.
        file_put_contents("$this->project/libverigator.so.1", 'no library');
        $said = $this->loaded(['LD_LIBRARY_PATH' => $this->project]);
        self::assertStringContainsString("there is no $this->library", $said);
        self::assertStringContainsString('make install', $said);
    }

    public function testOneThatIsDamaged(): void
    {
        file_put_contents($this->library, 'no library');
        self::assertStringContainsString("$this->library is there, but", $this->loaded());
    }

    public function testOneOfAnotherVersion(): void
    {
        $declarations = "$this->project/vendor/libverigator/verigator/verigator.cdef";
        file_put_contents($declarations, 'int32_t verigator_of_tomorrow(void);', FILE_APPEND);
        self::assertStringContainsString("'verigator_of_tomorrow'", $this->loaded());
    }

    /**
     * The version of what is loaded, or why nothing is.
     *
     * @param array<string, string> $environment
     */
    private function loaded(array $environment = []): string
    {
        $program = <<<'PHP'
            require 'vendor/autoload.php';
            try {
                echo Verigator\Internal\Library::get()->verigator_version();
            } catch (Verigator\Exception\LibraryLoadException $error) {
                echo $error->getMessage();
            }
            PHP;

        return (new Program([PHP_BINARY, '-r', $program], $environment, $this->project))->ends()[0];
    }
}
