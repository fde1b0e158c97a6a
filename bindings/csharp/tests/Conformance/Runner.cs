using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Verigator.Tests
{
    // Makes the calls of the conformance cases, as "conformance-peer run csharp" tells it on standard input.
    // What comes and what is answered is told in tests/conformance/README.md of the repository.
    internal static class Runner
    {
        private static int Main()
        {
            var utf8 = new UTF8Encoding(false);
            var told = new StreamReader(Console.OpenStandardInput(), utf8);
            var answers = new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true };
            for (string line = told.ReadLine(); line != null; line = told.ReadLine())
            {
                answers.WriteLine(Outcome(Parse(line)).ToString(Formatting.None));
            }
            return 0;
        }

        // Times are texts here, which the reader must not turn into dates.
        private static JObject Parse(string line)
        {
            var reader = new JsonTextReader(new StringReader(line)) {
                DateParseHandling = DateParseHandling.None
            };
            return JObject.Load(reader);
        }

        private static JObject Outcome(JObject told)
        {
            try
            {
                using (Client client = Make((JObject)told["config"]))
                {
                    bool isBlocking = (string)told["way"] == "blocking";
                    var call = new ToldCall(client, (JObject)told["arguments"], isBlocking);
                    return new JObject(new JProperty("value", call.Make((string)told["operation"])));
                }
            }
            catch (VerigatorException failure)
            {
                return new JObject(new JProperty("error", Described(failure)));
            }
        }

        private static Client Make(JObject config)
        {
            var options = new ClientOptions {
                BaseUrl = Text(config["base_url"]),
                Address = Text(config["address"]),
                Proxy = Text(config["proxy"]),
                ProxyUsername = Text(config["proxy_username"]),
                ProxyPassword = Text(config["proxy_password"]),
                CaFile = Text(config["ca_file"]),
                UserAgent = Text(config["user_agent"]),
                UserAgentPrefix = Text(config["user_agent_prefix"]),
                UserAgentSuffix = Text(config["user_agent_suffix"]),
                MaxRetries = Number(config["max_retries"]),
                MaxRetryWait = Time(config["max_retry_wait_ms"]),
                Timeout = Time(config["timeout_ms"]),
                ConnectTimeout = Time(config["connect_timeout_ms"]),
                IdleTimeout = Time(config["idle_timeout_ms"]),
                MaxIdleConnections = Number(config["max_idle_connections"]),
                MaxResponseBytes = Number(config["max_response_bytes"]),
                MinTlsVersion = (TlsVersion?)Number(config["min_tls_version"]),
            };
            if (config["pinned_key"] != null)
            {
                options.PinnedKeys.Add(Text(config["pinned_key"]));
            }
            return new Client(Text(config["username"]), Text(config["password"]), options);
        }

        // A text, which comes as its code units where JSON cannot say it.
        internal static string Text(JToken told)
        {
            if (told is JObject units)
            {
                string hex = (string)units["utf16"];
                var starts = Enumerable.Range(0, hex.Length / 4);
                return string.Concat(starts.Select(index =>
                    (char)int.Parse(hex.Substring(4 * index, 4), NumberStyles.HexNumber)));
            }
            return (string)told;
        }

        private static long? Number(JToken told)
        {
            return (long?)told;
        }

        // What no TimeSpan holds is the longest one.
        private static TimeSpan? Time(JToken told)
        {
            const long most = long.MaxValue / TimeSpan.TicksPerMillisecond;
            long? milliseconds = Number(told);
            return milliseconds == null
                ? (TimeSpan?)null
                : new TimeSpan(
                    Math.Max(-most, Math.Min(most, milliseconds.Value)) * TimeSpan.TicksPerMillisecond);
        }

        private static JObject Described(VerigatorException failure)
        {
            byte[] body = failure.GetBody();
            return new JObject(
                new JProperty("status", (int)failure.Status),
                new JProperty("kind", failure.Kind.ToString().ToLowerInvariant()),
                new JProperty("http_status", failure.HttpStatus),
                new JProperty("message", failure.Message),
                new JProperty("service_message", failure.ServiceMessage),
                new JProperty("body", body == null ? null : Encoding.UTF8.GetString(body)),
                new JProperty("request_id", failure.RequestId),
                new JProperty("retry_after_ms", (long?)failure.RetryAfter?.TotalMilliseconds),
                new JProperty("maybe_sent", failure.MaybeSent),
                new JProperty("retry_safe", failure.RetrySafe));
        }
    }
}
