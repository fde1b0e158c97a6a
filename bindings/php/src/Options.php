<?php

declare(strict_types=1);

namespace Verigator;

use Psr\Log\LoggerInterface;

/**
 * What a client can be given beside the credentials, by name: `new Options(timeout: 10)`.
 *
 * Times are in seconds, with milliseconds as the finest step; less than 0.001 is refused. Paths need
 * not be UTF-8. null leaves the default, which is named here. The library judges each value when the
 * client is made: `InvalidConfigException`, or `InvalidArgumentException` for one that is missing.
 */
final readonly class Options
{
    /**
     * @param ?string $baseUrl where the service is. Default: `"https://api.verigator.com"`. `http` is for
     *     loopback only
     * @param bool $allowPlainHttp allows `http` to an address that is not loopback, or by a proxy that is
     *     not. Whoever can touch the traffic can then read the credentials and answer "verified"
     * @param ?string $address an IP address to connect to instead of looking up the name in `$baseUrl`.
     *     Default: none. Not beside another address in `$baseUrl`, or a proxy that looks the name up
     *     itself, which all but `socks5` do
     * @param ?float $connectTimeout how long a connection may take to be made. Default: 5; 0.001 to 3600
     * @param ?float $timeout the deadline of a whole call, retries and waiting included. Default: 30; 0.001
     *     to 3600
     * @param ?int $maxRetries how often a call that can safely be repeated is repeated. Default: 2; 0 to 10
     * @param ?float $maxRetryWait the longest wait between two attempts. Default: 2; 0.001 to 3600
     * @param string|false|null $proxy the proxy that all requests go through: `"http://host:port"` or
     *     `https` for one of HTTP; `"socks5h://host:port"` for one of SOCKS 5, or `socks5` if the name in
     *     `$baseUrl` is to be looked up here. Default: none, or with `fromEnv` what the environment says;
     *     false: none, whatever it says
     * @param ?string $proxyUsername for `$proxy`, which must be there too. Default: none
     * @param ?string $proxyPassword for `$proxy`, with `$proxyUsername`. Default: none
     * @param ?string $caFile a PEM file of the only certificate authorities trusted. Default: those of the
     *     system
     * @param ?string $caPem the same as PEM in memory
     * @param ?string $clientCertificateFile a PEM file of the client's certificate chain. Default: none
     * @param ?string $clientKeyFile a PEM file of its unencrypted key
     * @param ?string $clientCertificatePem the chain as PEM in memory
     * @param ?string $clientKeyPem the key as PEM in memory
     * @param list<string> $pinnedKeys the only server keys accepted, each `"sha256//"` and base64. Default:
     *     any valid one
     * @param TlsVersion|int|null $minTlsVersion the oldest TLS version spoken. Default: TLS 1.2
     * @param ?string $userAgent what stands in the User-Agent between prefix and suffix. Default: this
     *     package, then the library
     * @param ?string $userAgentPrefix a product of yours before it, such as `"my-library/1.0"`. Default: none
     * @param ?string $userAgentSuffix a product of yours after it, such as `"my-shop/2.1"`. Default: none
     * @param ?int $maxConnections how many connections an `AsyncClient` makes at most, and so how many of
     *     its calls run at once; the others wait in order, their deadlines running. Default: 256; 1 to 65536
     * @param ?int $maxIdleConnections how many idle connections are kept for later calls. Default: 16; 0 to
     *     1024
     * @param ?float $idleTimeout how long an idle connection may be used again. Default: 30; 0.001 to 3600
     * @param ?int $maxResponseBytes the most bytes read of a reply's body. Default: 1048576; 1 to 67108864
     * @param ?LoggerInterface $logger a PSR-3 logger, which gets the log lines of each call once it is over.
     *     They hold no password, token or body. What it throws, the call throws. Default: none
     * @param LogLevel $logLevel how much the logger gets
     */
    public function __construct(
        public ?string $baseUrl = null,
        public bool $allowPlainHttp = false,
        public ?string $address = null,
        public ?float $connectTimeout = null,
        public ?float $timeout = null,
        public ?int $maxRetries = null,
        public ?float $maxRetryWait = null,
        public string|false|null $proxy = null,
        public ?string $proxyUsername = null,
        #[\SensitiveParameter] public ?string $proxyPassword = null,
        public ?string $caFile = null,
        public ?string $caPem = null,
        public ?string $clientCertificateFile = null,
        public ?string $clientKeyFile = null,
        public ?string $clientCertificatePem = null,
        #[\SensitiveParameter] public ?string $clientKeyPem = null,
        public array $pinnedKeys = [],
        public TlsVersion|int|null $minTlsVersion = null,
        public ?string $userAgent = null,
        public ?string $userAgentPrefix = null,
        public ?string $userAgentSuffix = null,
        public ?int $maxConnections = null,
        public ?int $maxIdleConnections = null,
        public ?float $idleTimeout = null,
        public ?int $maxResponseBytes = null,
        public ?LoggerInterface $logger = null,
        public LogLevel $logLevel = LogLevel::Info,
    ) {
    }

    /** @return array<string, mixed> what may be shown: those that are set, secrets as `...` */
    public function __debugInfo(): array
    {
        $set = array_filter(get_object_vars($this), static fn (mixed $value): bool => $value !== null);
        $secrets = array_intersect_key(['proxyPassword' => '...', 'clientKeyPem' => '...'], $set);

        return [...$set, ...$secrets];
    }
}
