using System;
using System.IO;

namespace Verigator.Tests
{
    // Where things are: the tests run with the repository as their current folder's ancestor.
    internal static class Repository
    {
        internal static string Folder => Environment.GetEnvironmentVariable("VERIGATOR_REPOSITORY");

        // Where check put the example programs, with the package as it is installed.
        internal static string Installed => Path.Combine(Folder, "target", "csharp", "installed");

        internal static string Read(string path)
        {
            return File.ReadAllText(Path.Combine(Folder, path));
        }
    }
}
