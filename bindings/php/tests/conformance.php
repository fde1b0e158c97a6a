<?php

/**
 * Runs the conformance cases that all languages share, as tests/conformance/README.md tells:
 *
 *     php conformance.php AUTOLOAD
 */

declare(strict_types=1);

use Verigator\AsyncClient;
use Verigator\BaseClient;
use Verigator\Challenge;
use Verigator\Client;
use Verigator\Exception\VerigatorException;
use Verigator\Loop\SelectLoop;
use Verigator\Options;
use Verigator\RecoveryCodes;
use Verigator\ServiceList;
use Verigator\UserList;

/** Of a body that is no UTF-8 the rest shows. */
const FLAGS = JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE | JSON_PRESERVE_ZERO_FRACTION;

require $argv[1];

while (($line = fgets(STDIN)) !== false) {
    echo json_encode(answered(json_decode($line, true, flags: JSON_THROW_ON_ERROR)), FLAGS), "\n";
}

/** What came of it. */
function answered(array $asked): array
{
    try {
        return ['value' => described($asked['way'] === 'blocking' ? blocking($asked) : queued($asked))];
    } catch (VerigatorException $failure) {
        return ['error' => describedFailure($failure)];
    }
}

function blocking(array $asked): mixed
{
    $client = new Client(...credentials($asked), options: options($asked['config']));
    try {
        return called($client, $asked);
    } finally {
        $client->close();
    }
}

function queued(array $asked): mixed
{
    $loop = new SelectLoop();
    $client = new AsyncClient(...credentials($asked), options: options($asked['config']), loop: $loop);
    try {
        return $loop->run([static fn (): mixed => called($client, $asked)])[0];
    } finally {
        $client->close();
    }
}

/** What the method of that name returns. */
function called(BaseClient $client, array $asked): mixed
{
    $arguments = [];
    foreach ($asked['arguments'] as $name => $value) {
        $arguments[camelCase($name)] = text($value);
    }
    if (isset($arguments['method'])) {
        // A method is a text here, so that a number is the text of it.
        $arguments['method'] = (string) $arguments['method'];
    }
    if ($asked['operation'] !== 'verify') {
        return $client->{camelCase($asked['operation'])}(...$arguments);
    }
    if (!isset($arguments['challenge'])) {
        return $client->checkToken(...$arguments);
    }
    $parts = array_map(text(...), $arguments['challenge']);
    $arguments['challenge'] = new Challenge((string) $parts['method'], $parts['auth_id'] ?? null);

    return $client->check(...$arguments);
}

/** @return list<string> */
function credentials(array $asked): array
{
    return [text($asked['config']['username']), text($asked['config']['password'])];
}

function options(array $config): Options
{
    $options = [];
    foreach (array_diff_key($config, ['username' => 0, 'password' => 0]) as $name => $value) {
        if (str_ends_with($name, '_ms')) {
            $options[camelCase(substr($name, 0, -3))] = $value / 1000;
        } elseif ($name === 'pinned_key') {
            $options['pinnedKeys'] = [text($value)];
        } else {
            $options[camelCase($name)] = text($value);
        }
    }

    return new Options(...$options);
}

/** A text as the runner gets it: PHP's are bytes. */
function text(mixed $value): mixed
{
    return isset($value['hex']) ? hex2bin($value['hex']) : $value;
}

function camelCase(string $name): string
{
    return lcfirst(str_replace('_', '', ucwords($name, '_')));
}

function snakeCase(string $name): string
{
    return strtolower((string) preg_replace('/[A-Z]/', '_$0', $name));
}

/** A result in the form of the cases. */
function described(mixed $result): mixed
{
    return match (true) {
        is_int($result) => ['remaining' => $result],
        $result instanceof BackedEnum => $result->value,
        is_array($result) => array_map(described(...), $result),
        is_object($result) => describedObject($result),
        default => $result,
    };
}

function describedObject(object $result): array
{
    $described = [];
    foreach (get_object_vars($result) as $name => $value) {
        $described[snakeCase($name)] = is_int($value) ? $value : described($value);
    }

    return $described;
}

/** An error in the form of the cases. */
function describedFailure(VerigatorException $failure): array
{
    return [
        'status' => $failure->status,
        'kind' => $failure->kind->value,
        'http_status' => $failure->httpStatus,
        'message' => $failure->getMessage(),
        'service_message' => $failure->serviceMessage,
        'body' => $failure->body,
        'request_id' => $failure->requestId,
        'retry_after_ms' => $failure->retryAfter === null ? null : (int) round($failure->retryAfter * 1000),
        'maybe_sent' => $failure->maybeSent,
        'retry_safe' => $failure->retrySafe,
    ];
}
