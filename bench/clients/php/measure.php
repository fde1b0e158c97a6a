<?php

/** What every client in PHP has in common; the counterpart of ../measure.h. */

declare(strict_types=1);

namespace Bench;

use Closure;

// The verification that is measured; the server answers no other.
const USERNAME = 'bench';
const PASSWORD = 'bench-password';
const SERVICE_ID = '3896f6a5-4fa5-45b0-845a-be6f99f9e11a';
const USER_ID = 'd9f3516b-c3c4-4fe9-962a-cc8bf232688f';
const TOKEN = '123456';

require __DIR__ . '/Run.php';
require __DIR__ . '/Target.php';

// The package, whose folder `src` is where PHP looks for files.
spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Verigator\\')) {
        require strtr(substr($class, strlen('Verigator\\')), '\\', '/') . '.php';
    }
});

/**
 * Measures calls one after another, and prints a line of JSON.
 *
 * @param Closure(): bool $call whether the answer was yes
 */
function measure(Target $target, Closure $call): void
{
    $run = new Run();
    for ($number = 0; $number < $target->warmup; $number++) {
        $run->took(hrtime(true), $call());
    }
    $run->begins();
    $began = hrtime(true);
    for ($number = 0; $number < $target->calls; $number++) {
        $began = $run->took($began, $call());
    }
    $run->ends();
}
