using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Text.RegularExpressions;
using System.Threading;

namespace Verigator.Tests
{
    // A running verigator-server with its development account, on a free port.
    internal sealed class Server : IDisposable
    {
        internal const string Username = "demo";
        internal const string Password = "demo-password";

        private static int lastName;

        private readonly Process process;

        internal Server()
        {
            string program = Path.Combine(Repository.Folder, "target", "debug", "verigator-server");
            const string arguments = "--dev --chaos --database :memory: --listen 127.0.0.1:0";
            process = Process.Start(new ProcessStartInfo(program, arguments) {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            process.ErrorDataReceived += (sender, line) => { };
            process.BeginErrorReadLine();
            string said = process.StandardOutput.ReadLine() ?? "nothing";
            Match url = Regex.Match(said, "http://[^ ]+");
            if (!url.Success)
            {
                throw new InvalidOperationException(program + " did not start: " + said);
            }
            Url = url.Value;
        }

        internal string Url { get; }

        internal Client Client()
        {
            return new Client(Username, Password, new ClientOptions { BaseUrl = Url });
        }

        // A host name that no service has yet.
        internal static string HostName()
        {
            return "login" + Interlocked.Increment(ref lastName) + ".example.com";
        }

        // The PIN that was sent last, to this user or to anybody.
        internal string Pin(string userId = null)
        {
            using (var web = new WebClient())
            {
                string query = userId == null ? "" : "?user_id=" + userId;
                string messages = web.DownloadString(Url + "/_/outbox" + query);
                MatchCollection pins = Regex.Matches(messages, "\"pin\":\"([0-9]+)\"");
                return pins[pins.Count - 1].Groups[1].Value;
            }
        }

        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
