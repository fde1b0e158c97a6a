<?php

/** ext-curl, one call after another. */

declare(strict_types=1);

namespace Bench;

require __DIR__ . '/measure.php';
require __DIR__ . '/curl.php';

$target = Target::fromCommandLine();
$handle = handle($target);
measure($target, static function () use ($handle): bool {
    prepare($handle);

    return isVerified($handle, curl_exec($handle));
});
