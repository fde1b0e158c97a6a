using System;
using System.Diagnostics;
using System.Text;
using NUnit.Framework;

namespace Verigator.Tests
{
    // A running program, with somebody at its keyboard; on the runtime that the tests run on.
    internal sealed class Program
    {
        private readonly Process process;

        internal Program(string file, Server server, string folder = null, string arguments = "")
        {
            process = Process.Start(new ProcessStartInfo(Runtime(), Options() + file + " " + arguments) {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.UTF8,
                WorkingDirectory = folder ?? Repository.Folder,
                EnvironmentVariables = {
                    { "VERIGATOR_USERNAME", Server.Username },
                    { "VERIGATOR_PASSWORD", Server.Password },
                    { "VERIGATOR_BASE_URL", server?.Url ?? "" },
                },
            });
        }

        private static string Runtime()
        {
            return Environment.GetEnvironmentVariable("VERIGATOR_DOTNET") ?? "mono";
        }

        // What the host of .NET Core wants to be told.
        private static string Options()
        {
            string config = Environment.GetEnvironmentVariable("VERIGATOR_RUNTIMECONFIG");
            return config == null ? "" : "exec --runtimeconfig " + config + " ";
        }

        // What it prints up to a question.
        internal string UntilAsked()
        {
            var said = new StringBuilder();
            while (!said.ToString().EndsWith(": ", StringComparison.Ordinal))
            {
                int next = process.StandardOutput.Read();
                Assert.AreNotEqual(-1, next, "it ended: {0}", said);
                said.Append((char)next);
            }
            return said.ToString();
        }

        internal void Types(string line)
        {
            process.StandardInput.WriteLine(line);
            process.StandardInput.Flush();
        }

        // What else it prints, its errors too, before it ends with this exit code.
        internal string Ends(int code)
        {
            process.StandardInput.Close();
            string said = process.StandardOutput.ReadToEnd();
            said += process.StandardError.ReadToEnd();
            if (!process.WaitForExit(60000))
            {
                process.Kill();
                Assert.Fail("it does not end: {0}", said);
            }
            Assert.AreEqual(code, process.ExitCode, said);
            return said;
        }
    }
}
