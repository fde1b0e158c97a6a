using System.Reflection;
using System.Runtime.CompilerServices;

[assembly: AssemblyTitle("Verigator")]
[assembly: AssemblyVersion("1.0.0.0")]
[assembly: AssemblyFileVersion("1.0.0.0")]
[assembly: InternalsVisibleTo("Verigator.Tests")]
[assembly: AssemblyInformationalVersion(Verigator.PackageVersion.Value)]

namespace Verigator
{
    // The version of this package, which is that of the native library inside it.
    internal static class PackageVersion
    {
        internal const string Value = "1.0.0";
    }
}
