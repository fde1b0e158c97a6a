<?php

declare(strict_types=1);

namespace Verigator\Internal;

use Verigator\Options;

/**
 * What the clients of one account and configuration share: the library's context, and where its log
 * lines go.
 *
 * @internal
 */
final readonly class Context
{
    private Handle $handle;

    private function __construct(Handle $config, private Options $options)
    {
        Configuration::apply($options, $config->number);
        $this->handle = Handle::make('verigator_ctx', 'verigator_ctx_new', $config->number);
    }

    /** One with these credentials; see `Client`. */
    public static function new(string $username, #[\SensitiveParameter] string $password, Options $options): self
    {
        $credentials = [Text::in($username), Text::in($password)];

        return new self(Handle::make('verigator_config', 'verigator_config_new', ...$credentials), $options);
    }

    /** One that the environment describes; see `Client::fromEnv`. */
    public static function fromEnv(Options $options): self
    {
        return new self(Handle::make('verigator_config', 'verigator_config_from_env'), $options);
    }

    /** What C knows it by. */
    public function handle(): Handle
    {
        return $this->handle;
    }

    /** Ends the calls that wait, and refuses later ones. */
    public function close(): void
    {
        Failures::check(Library::get()->verigator_ctx_close($this->handle->number));
    }

    /** Closes the connections that no call uses. */
    public function closeIdle(): void
    {
        Failures::check(Library::get()->verigator_ctx_close_idle($this->handle->number));
    }

    /**
     * Hands on the log lines of a call that has ended.
     *
     * @param Call<mixed> $call
     */
    public function log(Call $call): void
    {
        if ($this->options->logger === null) {
            return;
        }
        $library = Library::get();
        for ($line = 0; ($level = $library->verigator_call_log_level($call->number, $line)) !== 0; $line++) {
            $message = $library->verigator_call_log_message($call->number, $line);
            // PSR-3 has braces for what stands in the context; a message of ours has none.
            $this->options->logger->log(LogLevels::named($level), $message);
        }
    }
}
