using System;
using System.Runtime.CompilerServices;

namespace Verigator
{
    // Sets options on a native configuration, which judges each of them.
    internal static class Settings
    {
        private delegate int SetText(ConfigHandle config, byte[] value);

        private delegate int SetNumber(ConfigHandle config, long value);

        internal static ConfigHandle Begin(string username, string password)
        {
            Loader.EnsureLoaded();
            return New(username, password);
        }

        internal static ConfigHandle BeginFromEnvironment()
        {
            Loader.EnsureLoaded();
            return FromEnvironment();
        }

        // Apart, as the next one, since Mono looks for the library when it compiles what calls it.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static ConfigHandle New(string username, string password)
        {
            Failure.Check(Raw.verigator_config_new(
                Text.In(username), Text.In(password), out ConfigHandle config));
            return config;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static ConfigHandle FromEnvironment()
        {
            Failure.Check(Raw.verigator_config_from_env(out ConfigHandle config));
            return config;
        }

        internal static void Apply(ConfigHandle config, ClientOptions options, string libraryVersion)
        {
            SetTexts(config, options, libraryVersion);
            SetNumbers(config, options);
            SetProxy(config, options);
            SetTls(config, options);
            if (options.Log != null)
            {
                Failure.Check(Raw.verigator_config_set_call_log(config, (int)options.LogLevel));
            }
        }

        private static void SetTexts(ConfigHandle config, ClientOptions options, string libraryVersion)
        {
            string products =
                "verigator-csharp/" + PackageVersion.Value + " libverigator/" + libraryVersion;
            Set(Raw.verigator_config_set_user_agent, config, options.UserAgent ?? products);
            Set(Raw.verigator_config_set_user_agent_prefix, config, options.UserAgentPrefix);
            Set(Raw.verigator_config_set_user_agent_suffix, config, options.UserAgentSuffix);
            Set(Raw.verigator_config_set_base_url, config, options.BaseUrl);
            Set(Raw.verigator_config_set_address, config, options.Address);
            int allow = options.AllowPlainHttp ? 1 : 0;
            Failure.Check(Raw.verigator_config_set_allow_plain_http(config, allow));
        }

        private static void SetNumbers(ConfigHandle config, ClientOptions options)
        {
            Set(Raw.verigator_config_set_connect_timeout_ms, config, options.ConnectTimeout);
            Set(Raw.verigator_config_set_timeout_ms, config, options.Timeout);
            Set(Raw.verigator_config_set_max_retry_wait_ms, config, options.MaxRetryWait);
            Set(Raw.verigator_config_set_idle_timeout_ms, config, options.IdleTimeout);
            Set(Raw.verigator_config_set_max_retries, config, options.MaxRetries);
            Set(Raw.verigator_config_set_max_connections, config, options.MaxConnections);
            Set(Raw.verigator_config_set_max_idle_connections, config, options.MaxIdleConnections);
            Set(Raw.verigator_config_set_max_response_bytes, config, options.MaxResponseBytes);
        }

        private static void SetProxy(ConfigHandle config, ClientOptions options)
        {
            bool hasCredentials = options.ProxyUsername != null || options.ProxyPassword != null;
            if (options.Proxy != null || hasCredentials)
            {
                if (options.NoProxy)
                {
                    throw Failure.OfOption("NoProxy stands beside Proxy; set one of them");
                }
                Failure.Check(Raw.verigator_config_set_proxy(config, Text.In(options.Proxy),
                    Text.In(options.ProxyUsername), Text.In(options.ProxyPassword)));
            }
            else if (options.NoProxy)
            {
                Failure.Check(Raw.verigator_config_unset_proxy(config));
            }
        }

        private static void SetTls(ConfigHandle config, ClientOptions options)
        {
            if (options.CaFile != null)
            {
                Failure.Check(Raw.verigator_config_set_ca_file(
                    config, PathIn("the CA file", options.CaFile)));
            }
            if (options.CaPem != null)
            {
                Failure.Check(Raw.verigator_config_set_ca_pem(
                    config, options.CaPem, Length(options.CaPem)));
            }
            if (options.ClientCertificateFile != null || options.ClientKeyFile != null)
            {
                Failure.Check(Raw.verigator_config_set_client_certificate_file(config,
                    PathIn("the client certificate file", options.ClientCertificateFile),
                    PathIn("the client key file", options.ClientKeyFile)));
            }
            if (options.ClientCertificatePem != null || options.ClientKeyPem != null)
            {
                byte[] chain = options.ClientCertificatePem;
                byte[] key = options.ClientKeyPem;
                Failure.Check(Raw.verigator_config_set_client_certificate_pem(
                    config, chain, Length(chain), key, Length(key)));
            }
            foreach (string pin in options.PinnedKeys)
            {
                Failure.Check(Raw.verigator_config_add_pinned_key(config, Text.In(pin)));
            }
            if (options.MinTlsVersion != null)
            {
                int version = (int)options.MinTlsVersion;
                Failure.Check(Raw.verigator_config_set_min_tls_version(config, version));
            }
        }

        private static void Set(SetText setter, ConfigHandle config, string value)
        {
            if (value != null)
            {
                Failure.Check(setter(config, Text.In(value)));
            }
        }

        private static void Set(SetNumber setter, ConfigHandle config, long? value)
        {
            if (value != null)
            {
                Failure.Check(setter(config, value.Value));
            }
        }

        // Not rounded up, since the library takes none shorter than a millisecond.
        private static void Set(SetNumber setter, ConfigHandle config, TimeSpan? value)
        {
            Set(setter, config, value?.Ticks / TimeSpan.TicksPerMillisecond);
        }

        private static UIntPtr Length(byte[] bytes)
        {
            return (UIntPtr)(bytes?.Length ?? 0);
        }

        // A path, in which all bytes are good to C but a NUL: only this side can see what is wrong.
        private static byte[] PathIn(string name, string path)
        {
            if (path == null)
            {
                return null;
            }
            if (path.IndexOf('\0') >= 0)
            {
                throw Failure.OfOption(name + " has a NUL character; pass text without one");
            }
            for (int index = 0; index < path.Length; index++)
            {
                if (index + 1 < path.Length && char.IsSurrogatePair(path, index))
                {
                    index++;
                }
                else if (char.IsSurrogate(path[index]))
                {
                    throw Failure.OfOption(
                        name + " has half of a surrogate pair, which no path has; pass another path");
                }
            }
            return Text.In(path);
        }
    }
}
