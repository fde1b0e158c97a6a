<?php

/**
 * Many users at once, in fibers: while one waits for an answer, the others go on.
 *
 * VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where, and as whom. On the event loop
 * of Revolt (AMPHP) it is the same without `loop:`, with that library's functions in the place of `run`.
 */

declare(strict_types=1);

require 'vendor/autoload.php';

use Verigator\AsyncClient;
use Verigator\Loop\SelectLoop;
use Verigator\Options;

$loop = new SelectLoop();
$client = AsyncClient::fromEnv(new Options(timeout: 10), loop: $loop);

$loop->run([static function () use ($client, $loop): void {
    $service = $client->createService('shop.example.com', 'Example shop');
    // Two calls at once.
    [$jane] = $loop->run([
        static fn () => $client->createUser($service->id, '+3725555555', 'jane@example.com'),
        static fn () => $client->createUser($service->id, '+3725555556', 'joe@example.com'),
    ]);

    $challenge = $client->initiate($service->id, $jane->id);
    do {
        echo $challenge->method->value, ' PIN: ';
        $answer = $client->check($service->id, $jane->id, trim((string) fgets(STDIN)), $challenge);
        echo $answer->verified ? '' : "That is not it ($answer->result).\n";
    } while (!$answer->verified && !$answer->throttled);

    echo $answer->verified ? "Welcome!\n" : "Denied.\n";
    $client->deleteService($service->id);
}]);
