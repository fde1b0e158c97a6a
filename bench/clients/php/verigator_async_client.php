<?php

/** This library from PHP, in fibers on one loop. */

declare(strict_types=1);

namespace Bench;

use Verigator\AsyncClient;
use Verigator\Loop\SelectLoop;
use Verigator\Options;

require __DIR__ . '/measure.php';

$target = Target::fromCommandLine();
$loop = new SelectLoop();
$options = new Options(baseUrl: $target->url, caFile: $target->ca);
$client = new AsyncClient(USERNAME, PASSWORD, $options, $loop);
$run = new Run();
$calls = static fn (int $calls) => static function () use ($client, $run, $calls): void {
    $began = hrtime(true);
    for ($number = 0; $number < $calls; $number++) {
        $began = $run->took($began, $client->checkToken(SERVICE_ID, USER_ID, TOKEN)->verified);
    }
};
$loop->run(array_fill(0, $target->threads, $calls($target->warmup)));
$run->begins();
$loop->run(array_fill(0, $target->threads, $calls($target->calls)));
$run->ends();
