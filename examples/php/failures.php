<?php

/**
 * What can go wrong, and how a program tells one failure from another.
 *
 * Each is brought about, and printed as a line of `examples/failures.txt`. What a program does is in
 * `explanation`, `printFailure` and `printAnswer`; the rest makes trouble, for which it needs a
 * `verigator-server --dev --chaos`. VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say
 * where, and as whom.
 */

declare(strict_types=1);

require 'vendor/autoload.php';

use Verigator\Client;
use Verigator\Exception as E;
use Verigator\Options;
use Verigator\Verification;

const WRONG = 'That is not right. Please correct it.';
const TAKEN = 'You are registered already.';
const OLD = 'That code is too old. Ask for another.';
const NO_CODE = 'If no code comes, ask for another.';
const WAIT = 'Too many attempts. Wait a while.';
const LATER = 'We cannot log you in now. Try again later.';
const BEGIN = 'Please begin again, or call us.';
const CALL_US = 'We cannot log you in. Please call us.';

/** Where the trouble comes from. */
define('SERVER', (string) getenv('VERIGATOR_BASE_URL'));

/**
 * What a failure is, whether the same call may succeed later, and what the user reads.
 *
 * @return array{string, bool, string}
 */
function explanation(E\VerigatorException $failure): array
{
    return match (true) {
        $failure instanceof E\InvalidArgumentException => ['invalid argument', false, WRONG],
        $failure instanceof E\InvalidConfigException => ['invalid option', false, CALL_US],
        $failure instanceof E\ClosedException => ['closed before the call', false, LATER],
        $failure instanceof E\NameLookupException => ['name not found', true, LATER],
        $failure instanceof E\ConnectException => ['no connection', true, LATER],
        $failure instanceof E\TlsException => ['TLS failed', false, CALL_US],
        $failure instanceof E\DisconnectedException => ['connection broken', true, LATER],
        $failure instanceof E\DeadlineExceededException => ['deadline passed', true, LATER],
        $failure instanceof E\CallCancelledException => ['closed during the call', false, LATER],
        $failure instanceof E\ProxyException => ['proxy failed', true, LATER],
        $failure instanceof E\ResponseTooLargeException => ['reply too large', false, CALL_US],
        $failure instanceof E\ProtocolException => ['no valid reply', false, CALL_US],
        $failure instanceof E\UnauthorizedException => ['wrong credentials', false, CALL_US],
        $failure instanceof E\ForbiddenException => ['forbidden', false, CALL_US],
        $failure instanceof E\NotFoundException => ['not found', false, BEGIN],
        $failure instanceof E\ConflictException => ['conflict', false, TAKEN],
        $failure instanceof E\InvalidDataException => ['invalid data', false, WRONG],
        $failure instanceof E\TooManyRequestsException => ['too many requests', true, WAIT],
        $failure instanceof E\ServerException => ['service failed', true, LATER],
        // Also what a later version of the library may throw.
        default => ['unexpected failure', false, CALL_US],
    };
}

/** Prints one line of the table. */
function printLine(string $situation, string $what, string $sent, string $again, string $tell): void
{
    printf("%-28s%-24s%-7s%-19s%s\n", $situation, $what, $sent, $again, $tell);
}

/** Every failure is a no. Whether to repeat the call depends on what the first one has done. */
function printFailure(string $situation, E\VerigatorException $failure): void
{
    [$what, $maySucceed, $tell] = explanation($failure);
    $sent = $failure->maybeSent ? 'maybe' : 'no';
    if (!$maySucceed) {
        printLine($situation, $what, $sent, 'no', $tell);
    } elseif (!$failure->retrySafe) {
        // A start may have sent a code, and another start would end it.
        printLine($situation, $what, $sent, 'if the user asks', NO_CODE);
    } elseif ($failure->retryAfter !== null) {
        printLine($situation, $what, $sent, "after $failure->retryAfter s", $tell);
    } else {
        printLine($situation, $what, $sent, 'yes', $tell);
    }
}

/** A no is an answer, and no failure. */
function printAnswer(string $situation, Verification $answer): void
{
    if ($answer->verified) {
        printLine($situation, 'verified', 'yes', 'no', 'Welcome!');
    } elseif ($answer->throttled) {
        printLine($situation, 'denied, throttled', 'yes', 'after a while', WAIT);
    } elseif ($answer->expired) {
        printLine($situation, 'denied, expired', 'yes', 'with a new start', OLD);
    } else {
        printLine($situation, 'denied', 'yes', 'with another code', WRONG);
    }
}

/** Prints how a call fails. */
function fails(string $situation, Closure $call): void
{
    try {
        $call();
    } catch (E\VerigatorException $failure) {
        printFailure($situation, $failure);

        return;
    }
    throw new LogicException("$situation: this should have failed");
}

/** A request to the development routes of the server. */
function askServer(string $method, string $path, mixed $body = null): mixed
{
    $content = $body === null ? '' : json_encode($body);
    $request = ['method' => $method, 'header' => 'Content-Type: application/json', 'content' => $content];
    $reply = file_get_contents(SERVER . $path, context: stream_context_create(['http' => $request]));

    return json_decode((string) $reply, true);
}

/** Has the next such operation go wrong. */
function misbehave(string $operation, mixed ...$effect): void
{
    $rule = ['operation' => $operation, 'times' => 1];
    foreach ($effect as $name => $value) {
        $rule[str_replace('_', '-', $name)] = $value;
    }
    askServer('PUT', '/_/chaos', [$rule]);
}

/** A user who has trouble. */
final class Jane
{
    public function __construct(
        private readonly Client $client,
        private readonly string $serviceId,
        private readonly string $userId,
    ) {
    }

    /** Starts an authentication. */
    private function start(Client $client): void
    {
        $client->initiate($this->serviceId, $this->userId);
    }

    /** Starts with an option that cannot go well. */
    private function startWith(string $situation, mixed ...$option): void
    {
        fails($situation, fn () => $this->start(Client::fromEnv(new Options(...$option))));
    }

    /** Asks whether a code is right. */
    private function verify(string $code): Verification
    {
        return $this->client->checkToken($this->serviceId, $this->userId, $code);
    }

    /** Prints what the service says of a code. */
    private function check(string $situation, string $code): void
    {
        try {
            printAnswer($situation, $this->verify($code));
        } catch (E\VerigatorException $failure) {
            printFailure($situation, $failure);
        }
    }

    /** The code in the message that Jane was sent last. */
    private function code(): string
    {
        $messages = askServer('GET', "/_/outbox?user_id=$this->userId")['messages'];

        return $messages[array_key_last($messages)]['pin'];
    }

    /** Prints what the service answers to codes. */
    public function answers(): void
    {
        $this->check('nothing was started', '0000000');
        $this->start($this->client);
        $this->check('the right code', $this->code());
        $this->check('a code used before', $this->code());
        $this->start($this->client);
        askServer('PUT', '/_/clock', ['advance' => 301]);
        $this->check('an old code', $this->code());
        $this->start($this->client);
        $this->check('a wrong code', '0000000');
        do {
            $answer = $this->verify('0000000');
        } while (!$answer->throttled);
        printAnswer('too many wrong codes', $answer);
    }

    /** Prints how calls fail that ask for what cannot be. */
    public function refusedCalls(): void
    {
        $this->check('an empty code', '');
        $create = fn (string $phone, string $name) => $this->client->createUser($this->serviceId, $phone, $name);
        fails('a number that is none', fn () => $create('none', 'john@example.com'));
        fails('a user who exists', fn () => $create('+3725555556', 'jane@example.com'));
        fails('an unknown user', fn () => $this->client->initiate($this->serviceId, 'nobody'));
    }

    /** Prints how calls fail at a service that misbehaves. */
    public function misbehaviour(): void
    {
        $effects = [
            "another account's service" => ['status' => 403],
            'too many starts' => ['status' => 429, 'retry_after' => 7],
            'a start that fails' => ['status' => 503, 'retry_after' => 7],
            'a status unheard of' => ['status' => 418],
            'a broken connection' => ['drop' => true],
            'a reply that is none' => ['status' => 201, 'body' => 'It works!'],
        ];
        foreach ($effects as $situation => $effect) {
            misbehave('start-authentication', ...$effect);
            fails($situation, fn () => $this->start($this->client));
        }
        misbehave('get-user', status: 503, retry_after: 7);
        fails('reading that fails', fn () => $this->client->getUser($this->serviceId, $this->userId));
    }

    /** Prints how calls fail with options that are not right. */
    public function options(): void
    {
        $this->startWith('an option that is none', baseUrl: 'ftp://localhost');
        // A label has 63 characters at most.
        $this->startWith('an unknown name', baseUrl: 'https://' . str_repeat('0', 64) . '.example');
        // Port 1 (tcpmux) is served by nobody.
        $this->startWith('nobody listens', baseUrl: 'http://127.0.0.1:1');
        $this->startWith('no TLS there', baseUrl: str_replace('http:', 'https:', SERVER));
        $this->startWith('no proxy there', proxy: 'http://127.0.0.1:1');
        misbehave('start-authentication', delay: 60000);
        $this->startWith('a slow service', timeout: 0.5);
        $this->startWith('a long reply', maxResponseBytes: 4);
        $wrong = new Client('demo', 'wrong', new Options(baseUrl: SERVER));
        fails('a wrong password', fn () => $this->start($wrong));
    }

    /** Prints how calls of a client fail that is closed. */
    public function closing(): void
    {
        $client = Client::fromEnv();
        misbehave('start-authentication', delay: 60000);
        $before = askServer('GET', '/_/chaos');
        // While the call waits, this program's own timer asks whether it has come, and closes the client.
        pcntl_async_signals(true);
        pcntl_signal(SIGALRM, function () use ($client, $before): void {
            askServer('GET', '/_/chaos') === $before ? pcntl_alarm(1) : $client->close();
        });
        pcntl_alarm(1);
        fails('closed meanwhile', fn () => $this->start($client));
        fails('closed before', fn () => $this->start($client));
    }
}

$client = Client::fromEnv();
$service = $client->createService('failures.example.com', 'Example shop');
$user = $client->createUser($service->id, '+3725555555', 'jane@example.com');
printLine('SITUATION', 'WHAT HAPPENED', 'SENT', 'TRY AGAIN', 'TELL THE USER');
$jane = new Jane($client, $service->id, $user->id);
$jane->answers();
$jane->refusedCalls();
$jane->misbehaviour();
$jane->options();
$jane->closing();
$client->deleteService($service->id);
