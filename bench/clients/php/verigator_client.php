<?php

/** This library from PHP. */

declare(strict_types=1);

namespace Bench;

use Verigator\Client;
use Verigator\Options;

require __DIR__ . '/measure.php';

$target = Target::fromCommandLine();
$client = new Client(USERNAME, PASSWORD, new Options(baseUrl: $target->url, caFile: $target->ca));
measure($target, static fn (): bool => $client->checkToken(SERVICE_ID, USER_ID, TOKEN)->verified);
