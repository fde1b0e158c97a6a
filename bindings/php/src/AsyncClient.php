<?php

declare(strict_types=1);

namespace Verigator;

use Verigator\Internal\Call;
use Verigator\Internal\Context;
use Verigator\Internal\Queue;
use Verigator\Loop\Loop;
use Verigator\Loop\RevoltLoop;

/**
 * A `Client` for fibers: the same calls, arguments, results and exceptions, but a call suspends only
 * the fiber that makes it.
 *
 * Calls wait side by side on an event loop, of Revolt (AMPHP) or another one; the option
 * `$maxConnections` says how many. What a fiber is resumed with in the place of its answer, such as an
 * exception, ends its call: the `getPrevious()` of that exception says what became of it.
 *
 * It is for the command line: elsewhere PHP opens no descriptor as a stream.
 */
class AsyncClient extends BaseClient
{
    /** Shared with what `cancelledBy` returns. */
    private Queue $queue;

    /**
     * Makes a client with API credentials; see `Client`.
     *
     * @param string $username 1 to 1024 bytes of printable ASCII without a colon
     * @param string $password 1 to 1024 bytes of printable ASCII
     * @param Options $options what else there is to say
     * @param Loop $loop the event loop that the fibers run on
     *
     * @throws Exception\InvalidConfigException a value, or the values together, cannot be used
     * @throws Exception\LibraryLoadException the native library cannot be loaded
     */
    public function __construct(
        string $username,
        #[\SensitiveParameter] string $password,
        Options $options = new Options(),
        Loop $loop = new RevoltLoop(),
    ) {
        $this->open(Context::new($username, $password, $options));
        $this->queue = new Queue($this->handle(), $loop);
    }

    /**
     * Makes a client with what the environment says; see `Client::fromEnv`.
     *
     * @param Options $options what else there is to say
     * @param Loop $loop the event loop that the fibers run on
     *
     * @throws Exception\InvalidConfigException as `Client::fromEnv` does
     * @throws Exception\LibraryLoadException the native library cannot be loaded
     */
    public static function fromEnv(Options $options = new Options(), Loop $loop = new RevoltLoop()): static
    {
        $client = static::unopened();
        $client->open(Context::fromEnv($options));
        $client->queue = new Queue($client->handle(), $loop);

        return $client;
    }

    /** @internal */
    protected function perform(Call $call): void
    {
        $this->queue->perform($call);
    }
}
