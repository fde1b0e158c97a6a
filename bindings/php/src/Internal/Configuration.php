<?php

declare(strict_types=1);

namespace Verigator\Internal;

use Verigator\Options;
use Verigator\TlsVersion;
use Verigator\Version;

/**
 * Sets options on a configuration of C. What is not set keeps the library's default.
 *
 * @internal
 */
final class Configuration
{
    /**
     * Sets all of them.
     *
     * @throws \Verigator\Exception\UsageException one of them cannot be used
     */
    public static function apply(Options $options, int $config): void
    {
        foreach (self::arguments($options) as $option => $arguments) {
            if ($arguments !== null) {
                self::set($config, "set_$option", ...$arguments);
            }
        }
        self::applyProxy($options, $config);
        foreach ($options->pinnedKeys as $pin) {
            self::set($config, 'add_pinned_key', Text::in($pin));
        }
        if ($options->logger !== null) {
            self::set($config, 'set_call_log', LogLevels::number($options->logLevel));
        }
    }

    /**
     * Of each option that is one setter, by the name of that: what it takes, or null to leave it be.
     *
     * @return array<string, ?list<mixed>>
     */
    private static function arguments(Options $options): array
    {
        return [
            'user_agent' => [Text::in($options->userAgent ?? self::products())],
            'base_url' => self::text($options->baseUrl),
            'allow_plain_http' => $options->allowPlainHttp ? [1] : null,
            'address' => self::text($options->address),
            'connect_timeout_ms' => self::milliseconds('connectTimeout', $options->connectTimeout),
            'timeout_ms' => self::milliseconds('timeout', $options->timeout),
            'max_retries' => self::number($options->maxRetries),
            'max_retry_wait_ms' => self::milliseconds('maxRetryWait', $options->maxRetryWait),
            'ca_file' => $options->caFile === null ? null : [Text::path('the CA file', $options->caFile)],
            'ca_pem' => $options->caPem === null ? null : [$options->caPem, strlen($options->caPem)],
            'client_certificate_file' => self::clientCertificateFiles($options),
            'client_certificate_pem' => self::clientCertificatePem($options),
            'min_tls_version' => self::version($options->minTlsVersion),
            'user_agent_prefix' => self::text($options->userAgentPrefix),
            'user_agent_suffix' => self::text($options->userAgentSuffix),
            'max_connections' => self::number($options->maxConnections),
            'max_idle_connections' => self::number($options->maxIdleConnections),
            'idle_timeout_ms' => self::milliseconds('idleTimeout', $options->idleTimeout),
            'max_response_bytes' => self::number($options->maxResponseBytes),
        ];
    }

    private static function set(int $config, string $option, #[\SensitiveParameter] mixed ...$arguments): void
    {
        Failures::check(Library::get()->{"verigator_config_$option"}($config, ...$arguments));
    }

    private static function applyProxy(Options $options, int $config): void
    {
        $credentials = [Text::optional($options->proxyUsername), Text::optional($options->proxyPassword)];
        if (is_string($options->proxy)) {
            self::set($config, 'set_proxy', Text::in($options->proxy), ...$credentials);
        } elseif ($credentials !== [null, null]) {
            throw Failures::argument('proxy is missing; pass its URL, also where there are proxy credentials');
        } elseif ($options->proxy === false) {
            self::set($config, 'unset_proxy');
        }
    }

    /** What stands in the User-Agent by default. */
    private static function products(): string
    {
        return 'verigator-php/' . Version::NUMBER . ' libverigator/' . Library::get()->verigator_version();
    }

    /** @return ?list<string> */
    private static function text(?string $text): ?array
    {
        return $text === null ? null : [Text::in($text)];
    }

    /** @return ?list<int> */
    private static function number(?int $number): ?array
    {
        return $number === null ? null : [$number];
    }

    /** @return ?list<int> */
    private static function version(TlsVersion|int|null $version): ?array
    {
        if ($version === null) {
            return null;
        }
        $number = $version instanceof TlsVersion ? $version->value : $version;

        // C has room for 32 bits, and FFI would cut a number to them without a word.
        return [min(max($number, -(2 ** 31)), 2 ** 31 - 1)];
    }

    /** @return ?list<int> */
    private static function milliseconds(string $option, ?float $seconds): ?array
    {
        if ($seconds === null) {
            return null;
        }
        $milliseconds = $seconds * 1000;
        if (!is_finite($milliseconds)) {
            throw Failures::config("$option is $seconds; pass a number of seconds");
        }
        // Not rounded up, since the library takes none that short.
        $rounded = $milliseconds >= 0 && $milliseconds < 1 ? 0.0 : round($milliseconds);

        return [match (true) {
            $rounded >= PHP_INT_MAX => PHP_INT_MAX,
            $rounded <= PHP_INT_MIN => PHP_INT_MIN,
            default => (int) $rounded,
        }];
    }

    /** @return ?list<?string> */
    private static function clientCertificateFiles(Options $options): ?array
    {
        [$chain, $key] = [$options->clientCertificateFile, $options->clientKeyFile];
        if ($chain === null && $key === null) {
            return null;
        }

        return [
            $chain === null ? null : Text::path('the client certificate file', $chain),
            $key === null ? null : Text::path('the client key file', $key),
        ];
    }

    /** @return ?list<string|int|null> */
    private static function clientCertificatePem(Options $options): ?array
    {
        [$chain, $key] = [$options->clientCertificatePem, $options->clientKeyPem];
        if ($chain === null && $key === null) {
            return null;
        }

        return [$chain, strlen($chain ?? ''), $key, strlen($key ?? '')];
    }
}
