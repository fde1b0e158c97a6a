using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Verigator
{
    // What a native library is built for, by the names that NuGet gives it (RID).
    internal sealed class Platform
    {
        // A mapping of musl's one file, which is loader and C library and goes by either name; glibc's
        // are called otherwise. After an upgrade of the system a mapping may be of a deleted file.
        private static readonly Regex Musl = new Regex(
            "/(ld-musl-[^/\n]+\\.so\\.1|libc\\.so)( \\(deleted\\))?\r?$", RegexOptions.Multiline);

        private Platform(string rid, string fileName)
        {
            Rid = rid;
            FileName = fileName;
        }

        internal string Rid { get; }

        internal string FileName { get; }

        internal static Platform Current()
        {
            return Of(SystemName(), RuntimeInformation.ProcessArchitecture, Mappings());
        }

        // `mappings` is what Linux shows in /proc/self/maps: the C library that this process really runs
        // on, when others are installed.
        internal static Platform Of(string system, Architecture architecture, string mappings)
        {
            string name = system == "linux" && Musl.IsMatch(mappings) ? "linux-musl" : system;
            return new Platform(name + "-" + architecture.ToString().ToLowerInvariant(), FileOn(system));
        }

        private static string FileOn(string system)
        {
            switch (system)
            {
                case "win":
                    return "verigator.dll";
                case "osx":
                    return "libverigator.dylib";
                default:
                    return "libverigator.so";
            }
        }

        private static string SystemName()
        {
            if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            {
                return "win";
            }
            return RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "osx" : "linux";
        }

        private static string Mappings()
        {
            try
            {
                return File.ReadAllText("/proc/self/maps");
            }
            catch (Exception notLinux) when (notLinux is IOException || notLinux is UnauthorizedAccessException)
            {
                return "";
            }
        }
    }
}
