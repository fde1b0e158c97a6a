using System;
using Verigator;

// Prints the version of the native library, or why there is none: PrintVersion [FILE].
internal static class PrintVersion
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length > 0)
        {
            AppDomain.CurrentDomain.SetData("Verigator.Library", arguments[0]);
        }
        try
        {
            Console.WriteLine(Client.LibraryVersion);
            return 0;
        }
        catch (DllNotFoundException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
    }
}
