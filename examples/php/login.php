<?php

/**
 * A login from end to end: register a service and a user, send a PIN, and check what was typed.
 *
 * VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where, and as whom. The exit code is
 * 0 for a yes, 1 for a no, and 2 when the service could not be asked.
 */

declare(strict_types=1);

require 'vendor/autoload.php';

use Verigator\Client;
use Verigator\Exception\VerigatorException;

/** Sends this user a PIN and gives them three attempts at typing it. */
function logIn(Client $client, string $serviceId, string $userId): bool
{
    $challenge = $client->initiate($serviceId, $userId);
    for ($attempt = 1; $attempt <= 3; $attempt++) {
        echo $challenge->method->value, ' PIN: ';
        if ($client->verify($serviceId, $userId, trim((string) fgets(STDIN)), $challenge)) {
            return true;
        }
        echo "That is not it.\n";
    }

    return false;
}

try {
    $client = Client::fromEnv();
    $service = $client->createService('shop.example.com', 'Example shop');
    try {
        $user = $client->createUser($service->id, '+3725555555', 'jane@example.com');
        $verified = logIn($client, $service->id, $user->id);
    } finally {
        // Takes everything back, also when that fails.
        $client->deleteService($service->id);
    }
} catch (VerigatorException $failure) {
    fwrite(STDERR, $failure->getMessage() . "\n");
    exit(2);
}
echo $verified ? "Welcome!\n" : "Denied.\n";
exit($verified ? 0 : 1);
