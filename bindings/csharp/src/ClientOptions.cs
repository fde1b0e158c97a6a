using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Verigator
{
    /// <summary>What a client can be given beside the credentials; null stands for the default.</summary>
    /// <remarks>
    /// Each value is judged when the client is made: <see cref="InvalidConfigException"/>. Times have
    /// milliseconds as the finest step; what is shorter is refused. A client copies what it is given.
    /// </remarks>
    public sealed class ClientOptions
    {
        /// <summary>Where the service is. Default: "https://api.verigator.com". At most 2048 bytes; http is
        /// for loopback only.</summary>
        [MaybeNull, AllowNull]
        public string BaseUrl { get; set; }

        /// <summary>Allows http to an address that is not loopback, or by a proxy that is not. Default:
        /// false. Whoever can touch the traffic can then read the credentials and answer
        /// "verified".</summary>
        public bool AllowPlainHttp { get; set; }

        /// <summary>An IP address to connect to instead of looking up the name in BaseUrl. Default: none.
        /// Not beside another address in BaseUrl, or a proxy that looks the name up itself, which all but
        /// socks5 do.</summary>
        [MaybeNull, AllowNull]
        public string Address { get; set; }

        /// <summary>How long a connection may take to be made. Default: 5 s; 1 ms to 1 hour.</summary>
        public TimeSpan? ConnectTimeout { get; set; }

        /// <summary>The deadline of a whole call, retries and waiting included. Default: 30 s; 1 ms to 1
        /// hour.</summary>
        public TimeSpan? Timeout { get; set; }

        /// <summary>How often a call that can safely be repeated is repeated. Default: 2; 0 to 10.</summary>
        public long? MaxRetries { get; set; }

        /// <summary>The longest wait between two attempts. Default: 2 s; 1 ms to 1 hour.</summary>
        public TimeSpan? MaxRetryWait { get; set; }

        /// <summary>The proxy that all requests go through. Default: none, or with FromEnvironment what the
        /// environment says. "http://host:port" or https for one of HTTP; "socks5h://host:port" for one of
        /// SOCKS 5, or socks5 if the name in BaseUrl is to be looked up here. At most 2048 bytes.</summary>
        [MaybeNull, AllowNull]
        public string Proxy { get; set; }

        /// <summary>The username for Proxy, which must be there too. Default: none.</summary>
        [MaybeNull, AllowNull]
        public string ProxyUsername { get; set; }

        /// <summary>The password for Proxy, which must be there too. Default: none.</summary>
        [MaybeNull, AllowNull]
        public string ProxyPassword { get; set; }

        /// <summary>Goes through no proxy, whatever the environment says. Default: false. Not beside
        /// Proxy.</summary>
        public bool NoProxy { get; set; }

        /// <summary>A PEM file of the only certificate authorities trusted. Default: those of the
        /// system.</summary>
        [MaybeNull, AllowNull]
        public string CaFile { get; set; }

        /// <summary>The same as PEM in memory.</summary>
        [MaybeNull, AllowNull]
        public byte[] CaPem { get; set; }

        /// <summary>A PEM file of the client's certificate chain, beside ClientKeyFile. Default:
        /// none.</summary>
        [MaybeNull, AllowNull]
        public string ClientCertificateFile { get; set; }

        /// <summary>A PEM file of the unencrypted key of ClientCertificateFile.</summary>
        [MaybeNull, AllowNull]
        public string ClientKeyFile { get; set; }

        /// <summary>The client's certificate chain as PEM in memory, beside ClientKeyPem.</summary>
        [MaybeNull, AllowNull]
        public byte[] ClientCertificatePem { get; set; }

        /// <summary>The unencrypted key of ClientCertificatePem as PEM in memory.</summary>
        [MaybeNull, AllowNull]
        public byte[] ClientKeyPem { get; set; }

        /// <summary>The only server keys accepted, each "sha256//" and base64. Empty: any valid
        /// one.</summary>
        public IList<string> PinnedKeys { get; } = new List<string>();

        /// <summary>The oldest TLS version spoken. Default: TLS 1.2.</summary>
        public TlsVersion? MinTlsVersion { get; set; }

        /// <summary>What stands in the User-Agent between prefix and suffix. Default: this package, then the
        /// library inside it. 1 to 1024 bytes.</summary>
        [MaybeNull, AllowNull]
        public string UserAgent { get; set; }

        /// <summary>A product of yours before UserAgent, such as "my-library/1.0". Default: none. 1 to 1024
        /// bytes.</summary>
        [MaybeNull, AllowNull]
        public string UserAgentPrefix { get; set; }

        /// <summary>A product of yours after UserAgent, such as "my-shop/2.1". Default: none. 1 to 1024
        /// bytes.</summary>
        [MaybeNull, AllowNull]
        public string UserAgentSuffix { get; set; }

        /// <summary>How many connections tasks make at most, and so how many of their calls run at once; the
        /// others wait in order, their deadlines running. Default: 256; 1 to 65536.</summary>
        public long? MaxConnections { get; set; }

        /// <summary>How many idle connections are kept for later calls. Default: 16; 0 to 1024.</summary>
        public long? MaxIdleConnections { get; set; }

        /// <summary>How long an idle connection may be used again. Default: 30 s; 1 ms to 1 hour.</summary>
        public TimeSpan? IdleTimeout { get; set; }

        /// <summary>The most bytes read of a reply's body. Default: 1048576; 1 to 67108864.</summary>
        public long? MaxResponseBytes { get; set; }

        /// <summary>Gets the log lines of each call once it is over. They hold no password, token or body.
        /// Default: none. It runs on the thread that made a blocking call, and on that which goes on with a
        /// task; several may run it at once, and what it throws is dropped.</summary>
        [MaybeNull, AllowNull]
        public Action<LogLevel, string> Log { get; set; }

        /// <summary>Which lines Log gets: those of this level and those that are graver. Default:
        /// Warn.</summary>
        public LogLevel LogLevel { get; set; } = LogLevel.Warn;
    }
}
