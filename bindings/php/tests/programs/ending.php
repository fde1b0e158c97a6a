<?php

/** Ends while calls wait: `php ending.php AUTOLOAD URL HOW`. Its exit code is 7, or 255 after a fatal error. */

declare(strict_types=1);

use Verigator\AsyncClient;
use Verigator\Client;
use Verigator\Loop\SelectLoop;
use Verigator\Options;

[, $autoload, $url, $how] = $argv;
require $autoload;

$options = new Options(baseUrl: $url, timeout: 60);
$loop = new SelectLoop();
$client = new AsyncClient('user', 'password', $options, $loop);
$calls = array_fill(0, 8, static fn () => $client->getService('held'));

if ($how === 'blocking') {
    pcntl_async_signals(true);
    pcntl_signal(SIGTERM, static fn () => exit(7));
    (new Client('user', 'password', $options))->getService('held');
}
ini_set('memory_limit', '16M');
$calls[] = static function () use ($how): void {
    // All wait; the test says when.
    fgets(STDIN);
    match ($how) {
        'exit' => exit(7),
        'exception' => throw new Exception('this is the end'),
        'fatal' => eval('function strlen() {}'),
        'memory' => str_repeat('x', 64 << 20),
    };
};
foreach ($calls as $call) {
    $fibers[] = $fiber = new Fiber($call);
    $fiber->start();
}
