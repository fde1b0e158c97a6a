using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

// What every client in C# has in common; the counterpart of ../measure.h. What is said of threads is said of calls
// in flight, each followed by the next.
internal sealed class Measure
{
    // The verification that is measured; the server answers no other.
    internal const string Username = "bench";
    internal const string Password = "bench-password";
    internal const string ServiceId = "3896f6a5-4fa5-45b0-845a-be6f99f9e11a";
    internal const string UserId = "d9f3516b-c3c4-4fe9-962a-cc8bf232688f";
    internal const string Token = "123456";

    // In which Linux tells a process's CPU time, whatever the machine's own.
    private const double TicksPerSecond = 100;

    private readonly Dictionary<string, string> options = new Dictionary<string, string>();
    private readonly int threads;
    private readonly int calls;
    private readonly int warmup;

    // Reads the command line.
    internal Measure(string[] arguments)
    {
        for (int index = 0; index + 1 < arguments.Length; index += 2)
        {
            options[arguments[index]] = arguments[index + 1];
        }
        threads = Number("--threads", 1);
        calls = Number("--calls", 1000);
        warmup = Number("--warmup", 100);
        Url = options["--url"];
    }

    // The base URL.
    internal string Url { get; }

    // Measures as many calls in flight as there are to be threads; prints a line of JSON. `call` begins one, whose
    // task says whether the answer was yes.
    internal void Run(Func<Task<bool>> call)
    {
        Begin(call, warmup).GetAwaiter().GetResult();
        Stamp start = Stamp.Now();
        Task<double[][]> all = Begin(call, calls);
        long seen = ProcessStatus("Threads");
        double[] latencies = all.GetAwaiter().GetResult().SelectMany(each => each).ToArray();
        Stamp end = Stamp.Now();
        Array.Sort(latencies);
        int count = latencies.Length;
        Console.WriteLine(string.Format(
            CultureInfo.InvariantCulture,
            "{{\"calls\": {0}, \"elapsed_s\": {1:F6}, \"p50_us\": {2:F3}, \"p90_us\": {3:F3}, \"p99_us\": {4:F3}, " +
                "\"user_s\": {5:F6}, \"system_s\": {6:F6}, \"peak_rss_kb\": {7}, \"threads\": {8}}}",
            count,
            end.Clock - start.Clock,
            latencies[count / 2],
            latencies[count * 9 / 10],
            latencies[count * 99 / 100],
            end.User - start.User,
            end.System - start.System,
            ProcessStatus("VmHWM"),
            seen));
    }

    private int Number(string name, int otherwise)
    {
        return options.TryGetValue(name, out string text) ? int.Parse(text) : otherwise;
    }

    private Task<double[][]> Begin(Func<Task<bool>> call, int count)
    {
        return Task.WhenAll(Enumerable.Range(0, threads).Select(_ => Chain(call, count)));
    }

    // Calls of which each begins when the one before has ended; gives the microseconds of each.
    private static async Task<double[]> Chain(Func<Task<bool>> call, int count)
    {
        var latencies = new double[count];
        for (int index = 0; index < count; index++)
        {
            long before = Stopwatch.GetTimestamp();
            if (!await call().ConfigureAwait(false))
            {
                throw new InvalidOperationException("a call was not answered with yes");
            }
            latencies[index] = (Stopwatch.GetTimestamp() - before) * 1e6 / Stopwatch.Frequency;
        }
        return latencies;
    }

    // A number that the system tells of this process.
    private static long ProcessStatus(string name)
    {
        string line = File.ReadLines("/proc/self/status").First(
            each => each.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(new[] { ' ', '\t' }, StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    // What the measured section starts and ends with, in seconds.
    private sealed class Stamp
    {
        internal double Clock { get; private set; }

        internal double User { get; private set; }

        internal double System { get; private set; }

        internal static Stamp Now()
        {
            string stat = File.ReadAllText("/proc/self/stat");
            // What follows the command's name, which may have blanks; see proc(5).
            string[] fields = stat.Substring(stat.LastIndexOf(')') + 2).Split(' ');
            return new Stamp {
                Clock = (double)Stopwatch.GetTimestamp() / Stopwatch.Frequency,
                User = long.Parse(fields[11]) / TicksPerSecond,
                System = long.Parse(fields[12]) / TicksPerSecond,
            };
        }
    }
}
