<?php

/**
 * A web application with the middleware of the examples, without a web server: `php middleware.php
 * AUTOLOAD SERVICE_ID USER_ID`. Each line of its input is a request: a path, and for a post the code behind
 * it. It prints the status of each answer, and where it leads or what it says.
 */

declare(strict_types=1);

use App\Http\Middleware\RequireSecondFactor;
use Illuminate\Http\Request;
use Illuminate\Http\Response;
use Illuminate\Session\ArraySessionHandler;
use Illuminate\Session\Store;
use Verigator\Client;

// What Debian packs is older than this PHP.
error_reporting(E_ALL & ~E_DEPRECATED);

[, $autoload, $serviceId, $userId] = $argv;
require $autoload;
require 'Illuminate/Http/autoload.php';
require 'Illuminate/Session/autoload.php';
require __DIR__ . '/../../../../examples/php/RequireSecondFactor.php';

/** As Laravel has it. */
function report(Throwable $failure): void
{
    echo $failure::class, ' ';
}

$middleware = new RequireSecondFactor(Client::fromEnv(), $serviceId);
$session = new Store('session', new ArraySessionHandler(60));
while (($line = fgets(STDIN)) !== false) {
    [$path, $code] = [...explode(' ', trim($line)), null];
    $request = Request::create($path, $code === null ? 'GET' : 'POST', ['code' => $code]);
    $request->setLaravelSession($session);
    $request->setUserResolver(static fn (): object => (object) ['verigator_id' => $userId]);
    $answer = $path === '/second-factor'
        ? $middleware->answer($request)
        : $middleware->handle($request, static fn (): Response => new Response('Welcome!'));
    echo $answer->getStatusCode(), ' ', $answer->headers->get('location') ?? $answer->getContent(), "\n";
}
