<?php

declare(strict_types=1);

namespace Verigator\Tests;

use PHPUnit\Framework\TestCase;
use ReflectionClass;
use ReflectionClassConstant;
use ReflectionMethod;
use ReflectionParameter;
use Verigator\Version;

/** Each public item has its documentation, and that is of what there is. */
final class DocumentationTest extends TestCase
{
    /** @dataProvider classes */
    public function testEachPublicItemIsDocumented(string $name): void
    {
        $class = new ReflectionClass($name);
        self::assertNotFalse($class->getDocComment(), $name);
        foreach ($class->getReflectionConstants(ReflectionClassConstant::IS_PUBLIC) as $constant) {
            self::assertNotFalse($constant->getDocComment(), "$name::{$constant->getName()}");
        }
        foreach ($class->getMethods(ReflectionMethod::IS_PUBLIC) as $method) {
            if (str_starts_with($method->class, 'Verigator') && $method->isUserDefined()) {
                $this->isDocumented($method);
            }
        }
    }

    private function isDocumented(ReflectionMethod $method): void
    {
        $name = "$method->class::{$method->getName()}";
        $implemented = $method->hasPrototype() && str_starts_with($method->getPrototype()->class, 'Verigator');
        $comment = (string) ($implemented ? $method->getPrototype() : $method)->getDocComment();
        preg_match_all('/^ *\/?\*+ *@param .*?\$(\w+)/m', $comment, $found);
        $told = $found[1];
        $parameters = array_map(static fn (ReflectionParameter $it): string => $it->name, $method->getParameters());
        if ($method->isConstructor() && $parameters === []) {
            return;
        }
        self::assertNotSame('', $comment, $name);
        self::assertSame([], array_diff($told, $parameters), "$name has no such parameter");
        if ($told !== []) {
            self::assertSame($parameters, $told, "$name: all parameters or none");
        }
        if ($method->isConstructor()) {
            self::assertNotSame([], $told, $name);
        }
    }

    /** @return array<string, array{class-string}> all classes that are not internal */
    public function classes(): array
    {
        $map = require dirname((string) getenv('AUTOLOAD')) . '/composer/autoload_classmap.php';
        $ours = static fn (string $name): bool => preg_match('/^Verigator.(?!Internal)/', $name) === 1;
        $classes = array_filter(array_keys($map), $ours);
        self::assertGreaterThan(40, count($classes));

        return array_combine($classes, array_map(static fn (string $name): array => [$name], $classes));
    }

    public function testOneVersionStandsEverywhere(): void
    {
        $installed = \Composer\InstalledVersions::getPrettyVersion('libverigator/verigator');
        self::assertSame(Version::NUMBER, $installed);
        $manifest = (string) file_get_contents(dirname(__DIR__, 3) . '/Cargo.toml');
        self::assertStringContainsString('version = "' . Version::NUMBER . '"', $manifest);
    }

    public function testWhatIsTestedIsWhatWasInstalled(): void
    {
        $file = (string) (new ReflectionClass(Version::class))->getFileName();
        self::assertStringStartsWith(dirname((string) getenv('AUTOLOAD')), $file);
        (new \Verigator\Client('user', 'password'))->close();
        $maps = (string) file_get_contents('/proc/self/maps');
        self::assertStringContainsString((string) realpath(\Verigator\Internal\Library::packaged()), $maps);
    }
}
