<?php

/**
 * Prints the reference of the package as Markdown: what its public classes and their comments say of themselves. It
 * ends with 1, and names them, if any have no comment.
 *
 *     php reference.php
 *
 * phpDocumentor comes with Packagist only, and the part of it that Debian has does not know PHPStan's types.
 */

declare(strict_types=1);

require '/usr/share/php/Psr/Log/autoload.php';

spl_autoload_register(static function (string $class): void {
    $file = __DIR__ . '/src/' . str_replace('\\', '/', substr($class, strlen('Verigator\\'))) . '.php';
    if (str_starts_with($class, 'Verigator\\') && is_file($file)) {
        require $file;
    }
});

/** All that has no comment. */
$undocumented = [];

/** @return list<ReflectionClass<object>> the public classes, by name */
function classes(): array
{
    $classes = [];
    foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator(__DIR__ . '/src')) as $file) {
        $path = substr((string) $file, strlen(__DIR__ . '/src/'));
        if (str_ends_with($path, '.php') && !str_starts_with($path, 'Internal/')) {
            $classes[] = new ReflectionClass('Verigator\\' . str_replace('/', '\\', substr($path, 0, -4)));
        }
    }
    usort($classes, static fn($one, $other): int => $one->getName() <=> $other->getName());

    return $classes;
}

/** What a class, or what belongs to it, is called on the page, and the id of its place there. */
function id(string $name): string
{
    return str_replace(['Verigator\\', '\\'], ['', '.'], ltrim($name, '\\'));
}

/** A type as code; a class of this package leads to its place. */
function type(string $type): string
{
    $name = str_replace('Verigator\\', '', ltrim($type, '?\\'));
    $class = "Verigator\\$name";

    return class_exists($class) || interface_exists($class) ? "[`$type`](#" . id($class) . ')' : "`$type`";
}

/** Reads a comment without its marks, if there is one; $name is whose it is. */
function comment(
    ReflectionClass|ReflectionMethod|ReflectionClassConstant|ReflectionProperty $of,
    string $name,
): string {
    global $undocumented;
    $comment = $of->getDocComment();
    if ($comment === false) {
        $undocumented[] = $name;

        return '';
    }

    return trim((string) preg_replace('/^ *(\/\*\*|\*\/|\*)? ?| *\*\/$/m', '', $comment));
}

/** What a comment says before its tags. */
function text(string $comment): string
{
    return trim(preg_split('/^@/m', $comment, 2)[0]) . "\n\n";
}

/** A text on one line. */
function line(string $text): string
{
    return (string) preg_replace('/\s+/', ' ', trim($text));
}

/** What a comment says of parameters, of what is returned and of what is thrown. */
function tags(string $comment): string
{
    // In a type blanks stand within brackets, and before what a function returns.
    $brackets = '(?<brackets><(?:[^<>]|(?&brackets))*>|\{[^{}]*\}|\((?:[^()]|(?&brackets))*\))';
    $type = "(?<type>(?::\s|[^\s<({]|$brackets)+)";
    $tags = "/^@(?<tag>param|return|throws) $type(?: \\$(?<name>\\w+))?(?<text>(?:.|\n(?!@|\n))*)/m";
    preg_match_all($tags, $comment, $found, PREG_SET_ORDER);
    $lines = '';
    foreach ($found as $tag) {
        $what = match ($tag['tag']) {
            'param' => "`\$$tag[name]` (" . type(line($tag['type'])) . ')',
            'return' => 'returns ' . type(line($tag['type'])),
            'throws' => 'throws ' . type($tag['type']),
        };
        $lines .= rtrim("- $what: " . line($tag['text']), ': ') . "\n";
    }

    return "$lines\n";
}

/** A parameter as it is declared. */
function parameter(ReflectionParameter $parameter): string
{
    $written = $parameter->getType() . ($parameter->isVariadic() ? ' ...' : ' ') . "\${$parameter->getName()}";
    if (!$parameter->isDefaultValueAvailable()) {
        return trim($written);
    }
    $value = $parameter->getDefaultValue();

    return trim($written) . ' = ' . match (true) {
        $value instanceof UnitEnum => $value::class . "::$value->name",
        is_object($value) => 'new ' . $value::class . '()',
        default => json_encode($value),
    };
}

/** A method as it is declared. */
function declaration(ReflectionMethod $method): string
{
    $begin = ($method->isStatic() ? 'static ' : '') . "function {$method->getName()}";
    $end = $method->hasReturnType() ? ": {$method->getReturnType()}" : '';
    $parameters = array_map(parameter(...), $method->getParameters());
    $line = "$begin(" . implode(', ', $parameters) . ")$end";
    if (strlen($line) > 100) {
        $line = "$begin(\n    " . implode(",\n    ", $parameters) . ",\n)$end";
    }

    return "```\n" . str_replace('Verigator\\', '', $line) . "\n```\n\n";
}

/** Whether something is declared by this class, and for those who use it. */
function isOwn(ReflectionMethod|ReflectionClassConstant|ReflectionProperty $of, ReflectionClass $class): bool
{
    return $of->isPublic() && $of->getDeclaringClass()->getName() === $class->getName();
}

/** The part of the page that a method has. */
function method(ReflectionMethod $method, string $class): string
{
    $name = "$class::{$method->getName()}()";
    // What an interface, or PHP, wants of a class needs no words of its own, nor a constructor that takes nothing.
    $is_plain = $method->isConstructor() && $method->getParameters() === [];
    $says_itself = $method->getDocComment() === false && ($method->hasPrototype() || $is_plain);
    $comment = $says_itself ? '' : comment($method, $name);

    return "### $name {#$class.{$method->getName()}}\n\n" . declaration($method) . text($comment) . tags($comment);
}

/** The lines of a class's constants, or an enum's cases, and of the properties that its constructor does not take. */
function values(ReflectionClass $class, string $name): string
{
    $lines = '';
    foreach ($class->getReflectionConstants() as $constant) {
        if (isOwn($constant, $class)) {
            $value = $constant->getValue();
            $says = line(text(comment($constant, "$name::{$constant->getName()}")));
            $value = json_encode($value instanceof BackedEnum ? $value->value : $value);
            $lines .= "- `{$constant->getName()} = $value`: $says\n";
        }
    }
    foreach ($class->isEnum() ? [] : $class->getProperties() as $property) {
        if (isOwn($property, $class) && !$property->isPromoted()) {
            $says = line(text(comment($property, "$name::\${$property->getName()}")));
            $lines .= '- `' . trim("{$property->getType()} \${$property->getName()}") . "`: $says\n";
        }
    }

    return "$lines\n";
}

/** The part of the page that a class has. */
function section(ReflectionClass $class): string
{
    $name = id($class->getName());
    $kind = match (true) {
        $class->isEnum() => 'enum',
        $class->isInterface() => 'interface',
        $class->isAbstract() => 'abstract class',
        default => 'class',
    };
    $parent = $class->getParentClass();
    $above = [...($parent ? [$parent->getName()] : []), ...$class->getInterfaceNames()];
    $is = $above === [] ? '' : 'Is: ' . implode(', ', array_map(type(...), $above)) . "\n\n";
    $section = "## $kind " . str_replace('.', '\\\\', $name) . " {#$name}\n\n$is";
    $section .= text(comment($class, $name)) . values($class, $name);
    foreach ($class->getMethods() as $method) {
        if (isOwn($method, $class) && $method->isUserDefined()) {
            $section .= method($method, $name);
        }
    }

    return $section;
}

echo "# libverigator for PHP\n\n";
foreach (classes() as $class) {
    echo section($class);
}
if ($undocumented !== []) {
    fwrite(STDERR, 'no comment: ' . implode(', ', $undocumented) . "\n");
    exit(1);
}
