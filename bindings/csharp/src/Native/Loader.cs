using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Verigator
{
    // Finds the native library, and has the runtime take that one. The current folder is not looked at:
    // who can write there would decide what this process runs.
    internal static class Loader
    {
        // Where a program names the file itself, as a value of its AppDomain (AppContext).
        internal const string FileKey = "Verigator.Library";

        private static readonly Lazy<string> Loaded = new Lazy<string>(Load);

        internal static bool IsMono => Type.GetType("Mono.Runtime") != null;

        // Returns the version of the native library, which is there then.
        internal static string EnsureLoaded()
        {
            return Loaded.Value;
        }

        private static string Load()
        {
            Platform platform = Platform.Current();
            AppDomain domain = AppDomain.CurrentDomain;
            List<string> candidates = Candidates(
                domain.GetData(FileKey) as string,
                platform,
                typeof(Loader).Assembly.Location,
                AppContext.BaseDirectory,
                domain.RelativeSearchPath);
            try
            {
                string file = candidates.Find(File.Exists);
                if (file != null)
                {
                    Bind(file);
                }
                // Without a file the runtime looks where the system keeps its libraries.
                return Version();
            }
            catch (Exception failure)
                when (failure is DllNotFoundException || failure is BadImageFormatException ||
                    failure is EntryPointNotFoundException)
            {
                throw new DllNotFoundException(Explanation(platform, candidates), failure);
            }
        }

        // Apart, since Mono looks for the library when it compiles what calls it.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static string Version()
        {
            return Text.Out(Raw.verigator_version());
        }

        // The files that may be it, the first one that is there counts. In a single file an assembly has
        // no location. A package that was only unpacked has the assembly in lib/netstandard2.0.
        internal static List<string> Candidates(
            string named, Platform platform, string assembly, string baseDirectory, string searchPath)
        {
            if (!string.IsNullOrEmpty(named))
            {
                return new List<string> { Path.GetFullPath(named) };
            }
            string native = Path.Combine("runtimes", platform.Rid, "native", platform.FileName);
            var files = new List<string>();
            string beside = string.IsNullOrEmpty(assembly) ? null : Path.GetDirectoryName(assembly);
            foreach (string folder in Folders(beside, baseDirectory, searchPath))
            {
                files.Add(Path.Combine(folder, native));
                files.Add(Path.Combine(folder, platform.FileName));
            }
            if (!string.IsNullOrEmpty(beside))
            {
                files.Add(Path.GetFullPath(Path.Combine(beside, "..", "..", native)));
            }
            return files;
        }

        // A web site has its assemblies in bin, where the search path leads, and runs copies of them.
        private static IEnumerable<string> Folders(string beside, string baseDirectory, string searchPath)
        {
            if (!string.IsNullOrEmpty(beside))
            {
                yield return beside;
            }
            if (string.IsNullOrEmpty(baseDirectory))
            {
                yield break;
            }
            yield return baseDirectory;
            char[] separator = { Path.PathSeparator };
            string[] searched = (searchPath ?? "").Split(separator, StringSplitOptions.RemoveEmptyEntries);
            foreach (string folder in searched)
            {
                yield return Path.Combine(baseDirectory, folder);
            }
        }

        private static string Explanation(Platform platform, List<string> candidates)
        {
            var text = new StringBuilder();
            text.Append("the native library of Verigator for ").Append(platform.Rid);
            text.Append(" cannot be loaded; looked for, in this order:");
            foreach (string file in candidates)
            {
                string state = File.Exists(file) ? " (is there, but no use)" : " (is not there)";
                text.Append("\n  ").Append(file).Append(state);
            }
            text.Append("\n  ").Append(platform.FileName).Append(" where the system keeps its libraries");
            text.Append("\nInstall the package with runtimes/").Append(platform.Rid);
            text.Append("/native, or name the file: AppDomain.CurrentDomain.SetData(\"");
            text.Append(FileKey).Append("\", path)");
            return text.ToString();
        }

        // Each runtime has a way of its own to be told which file a DllImport is about.
        private static void Bind(string file)
        {
            if (IsMono)
            {
                mono_dllmap_insert(IntPtr.Zero, Text.In(Raw.Library), null, Text.In(file), null);
                return;
            }
            bool registered = Resolver.Register(typeof(object).Assembly, file);
            if (!registered && RuntimeInformation.IsOSPlatform(OSPlatform.Windows) &&
                LoadLibrary(file) == IntPtr.Zero)
            {
                // Windows knows a loaded library by its name, with which DllImport finds it then.
                throw new DllNotFoundException(
                    file + ": error " + Marshal.GetLastWin32Error() + " of Windows");
            }
        }

        [DllImport("__Internal", CallingConvention = CallingConvention.Cdecl)]
        private static extern void mono_dllmap_insert(
            IntPtr assembly, byte[] dll, byte[] function, byte[] targetDll, byte[] targetFunction);

        [DllImport("kernel32", EntryPoint = "LoadLibraryW", CharSet = CharSet.Unicode,
            SetLastError = true)]
        private static extern IntPtr LoadLibrary(string file);

        // NativeLibrary.SetDllImportResolver of .NET Core 3.0 and later, which .NET Standard 2.0 lacks.
        internal static class Resolver
        {
            private static Func<string, IntPtr> load;
            private static string path;

            // Returns whether the runtime, of which that is the core, has it. Trimming a program may take it
            // away; then the file is where the runtime itself looks.
            internal static bool Register(Assembly core, string file)
            {
                Type library = core.GetType("System.Runtime.InteropServices.NativeLibrary");
                Type type = core.GetType("System.Runtime.InteropServices.DllImportResolver");
                MethodInfo loads = library?.GetMethod("Load", new[] { typeof(string) });
                MethodInfo set = library?.GetMethod("SetDllImportResolver");
                if (type == null || loads == null || set == null)
                {
                    return false;
                }
                path = file;
                load = (Func<string, IntPtr>)Delegate.CreateDelegate(typeof(Func<string, IntPtr>), loads);
                MethodInfo resolve = typeof(Resolver).GetMethod(
                    nameof(Resolve), BindingFlags.NonPublic | BindingFlags.Static);
                object[] arguments = { typeof(Raw).Assembly, Delegate.CreateDelegate(type, resolve) };
                set.Invoke(null, arguments);
                return true;
            }

            private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? search)
            {
                return name == Raw.Library ? load(path) : IntPtr.Zero;
            }
        }
    }
}
