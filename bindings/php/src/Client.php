<?php

declare(strict_types=1);

namespace Verigator;

use Verigator\Internal\Call;
use Verigator\Internal\Context;

/**
 * Makes the calls to one Verigator service with one account; each waits for its answer.
 *
 * While one waits, the handlers of `pcntl_async_signals` run within 100 ms. What one of them throws
 * ends the call: it is cancelled, and the `getPrevious()` of what was thrown says what became of it,
 * with `$maybeSent`. The next call works.
 */
class Client extends BaseClient
{
    /**
     * Makes a client with API credentials. Nothing is sent yet.
     *
     * @param string $username 1 to 1024 bytes of printable ASCII without a colon
     * @param string $password 1 to 1024 bytes of printable ASCII
     * @param Options $options what else there is to say
     *
     * @throws Exception\InvalidConfigException a value, or the values together, cannot be used
     * @throws Exception\LibraryLoadException the native library cannot be loaded
     */
    public function __construct(
        string $username,
        #[\SensitiveParameter] string $password,
        Options $options = new Options(),
    ) {
        $this->open(Context::new($username, $password, $options));
    }

    /**
     * Makes a client with what the environment says; nothing else here reads it.
     *
     * `VERIGATOR_USERNAME` and `VERIGATOR_PASSWORD` must be set; `VERIGATOR_BASE_URL`, `HTTPS_PROXY`,
     * `http_proxy`, `ALL_PROXY` and `NO_PROXY` may be. The options come after them. It is the environment
     * of the process, which `putenv` changes, and not `$_ENV`.
     *
     * @throws Exception\InvalidConfigException names the variable that is missing or cannot be used, or
     *     as the constructor does
     * @throws Exception\LibraryLoadException the native library cannot be loaded
     */
    public static function fromEnv(Options $options = new Options()): static
    {
        $client = static::unopened();
        $client->open(Context::fromEnv($options));

        return $client;
    }

    /** @internal */
    protected function perform(Call $call): void
    {
        $call->run();
    }
}
