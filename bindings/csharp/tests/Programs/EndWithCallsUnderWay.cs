using System;
using System.Threading;
using Verigator;

// Begins calls that nobody answers, and ends when a line is typed: EndWithCallsUnderWay URL HOW.
internal static class EndWithCallsUnderWay
{
    private static int Main(string[] arguments)
    {
        var client = new Client("user", "password", new ClientOptions { BaseUrl = arguments[0] });
        for (int count = 0; count < 99; count++)
        {
            client.GetServiceAsync("s1");
        }
        new Thread(() => client.GetService("s1")) { IsBackground = true }.Start();
        Console.ReadLine();
        switch (arguments[1])
        {
            case "exit":
                Environment.Exit(7);
                break;
            case "exit-elsewhere":
                new Thread(() => Environment.Exit(7)).Start();
                Thread.Sleep(Timeout.Infinite);
                break;
        }
        return 7;
    }
}
