<?php

/** ext-curl's multi interface, with many calls in flight. */

declare(strict_types=1);

namespace Bench;

require __DIR__ . '/measure.php';
require __DIR__ . '/curl.php';

$target = Target::fromCommandLine();
$multi = curl_multi_init();
curl_multi_setopt($multi, CURLMOPT_MAXCONNECTS, $target->threads);
$handles = [];
for ($number = 0; $number < $target->threads; $number++) {
    $handles[] = handle($target);
}
$run = new Run();

/** Makes so many calls with each handle. */
$make = static function (int $calls) use ($multi, $handles, $run): void {
    $began = $left = [];
    foreach ($handles as $number => $handle) {
        $left[$number] = $calls;
        $began[$number] = hrtime(true);
        curl_setopt($handle, CURLOPT_PRIVATE, (string) $number);
        prepare($handle);
        curl_multi_add_handle($multi, $handle);
    }
    $pending = count($handles) * $calls;
    while ($pending > 0) {
        curl_multi_exec($multi, $running);
        while (($ended = curl_multi_info_read($multi)) !== false) {
            $handle = $ended['handle'];
            $number = (int) curl_getinfo($handle, CURLINFO_PRIVATE);
            $body = curl_multi_getcontent($handle);
            $began[$number] = $run->took($began[$number], isVerified($handle, $body));
            curl_multi_remove_handle($multi, $handle);
            $pending--;
            if (--$left[$number] > 0) {
                prepare($handle);
                curl_multi_add_handle($multi, $handle);
                $running++;
            }
        }
        if ($running > 0) {
            curl_multi_select($multi);
        }
    }
};
if ($target->warmup > 0) {
    $make($target->warmup);
}
$run->begins();
$make($target->calls);
$run->ends();
