<?php

/** The verification through ext-curl, as a careful program makes it: a handle is used again. */

declare(strict_types=1);

namespace Bench;

use CurlHandle;

/** A handle for calls. */
function handle(Target $target): CurlHandle
{
    $path = '/v1/service/service/' . SERVICE_ID . '/users/' . USER_ID . '/auth';
    $handle = curl_init(rtrim($target->url, '/') . $path);
    curl_setopt_array($handle, [
        CURLOPT_CUSTOMREQUEST => 'PUT',
        CURLOPT_HTTPHEADER => [
            'X-Service-Auth: ' . USERNAME . ':' . PASSWORD,
            'Content-Type: application/json',
            'Accept: application/json',
        ],
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 30,
    ]);
    if ($target->ca !== null) {
        curl_setopt($handle, CURLOPT_CAINFO, $target->ca);
    }

    return $handle;
}

/** Gives the next call its body, as a program does that has another token each time. */
function prepare(CurlHandle $handle): void
{
    curl_setopt($handle, CURLOPT_POSTFIELDS, json_encode(['token' => TOKEN]));
}

/** Whether the answer is yes. */
function isVerified(CurlHandle $handle, string|false|null $body): bool
{
    $isOk = is_string($body) && curl_getinfo($handle, CURLINFO_RESPONSE_CODE) === 200;

    return $isOk && json_decode($body, true)['verified'] === true;
}
