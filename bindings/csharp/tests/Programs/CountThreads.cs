using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Verigator;

// Prints how many threads the library has in each phase of a program: CountThreads URL.
internal static class CountThreads
{
    private const int Many = 20;

    private static void Main(string[] arguments)
    {
        using (Client client = Make(arguments[0]))
        {
            client.GetService("s1");
            Console.WriteLine("blocking: " + OfLibrary());
            Task.WaitAll(Enumerable.Range(0, 64).Select(_ => (Task)client.GetServiceAsync("s1")).ToArray());
            Console.WriteLine("tasks: " + OfLibrary());
        }
        Await(() => OfLibrary() == 0);
        Console.WriteLine("closed: " + OfLibrary());
        for (int count = 0; count < Many; count++)
        {
            // On a thread of its own, whose stack is gone afterwards.
            var thread = new Thread(() => Make(arguments[0]).GetServiceAsync("s1").Wait());
            thread.Start();
            thread.Join();
        }
        // What looks like a pointer on some stack keeps a few alive for Mono.
        bool isMono = Type.GetType("Mono.Runtime") != null;
        Await(() => OfLibrary() <= (isMono ? Many / 2 : 0));
        Console.WriteLine("forgotten: collected");
    }

    private static Client Make(string url)
    {
        return new Client("user", "password", new ClientOptions { BaseUrl = url });
    }

    private static void Await(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(60))
            {
                throw new TimeoutException("there are still " + OfLibrary() + " threads");
            }
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(1);
        }
    }

    private static int OfLibrary()
    {
        return Directory.GetDirectories("/proc/self/task").Count(IsOfLibrary);
    }

    private static bool IsOfLibrary(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")) == "verigator-queue\n";
        }
        catch (IOException)
        {
            // It has ended.
            return false;
        }
    }
}
