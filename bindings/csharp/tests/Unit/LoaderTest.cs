using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using NUnit.Framework;

namespace Verigator.Tests
{
    [TestFixture]
    public class LoaderTest
    {
        private const string Glibc = "7f00-7f01 r-xp 0 08:01 1 /usr/lib/x86_64-linux-gnu/libc.so.6\n";

        [TestCase("7f00-7f01 r-xp 0 08:01 1 /lib/ld-musl-x86_64.so.1\n", "linux-musl-x64")]
        [TestCase("7f00-7f01 r-xp 0 08:01 1 /lib/libc.so (deleted)\n", "linux-musl-x64")]
        [TestCase(Glibc, "linux-x64")]
        [TestCase("", "linux-x64")]
        public void TheCLibraryIsTheOneThatTheProcessRunsOn(string mappings, string rid)
        {
            Platform platform = Platform.Of("linux", Architecture.X64, mappings);
            Assert.AreEqual(rid, platform.Rid);
            Assert.AreEqual("libverigator.so", platform.FileName);
        }

        [TestCase("win", Architecture.X64, "win-x64", "verigator.dll")]
        [TestCase("osx", Architecture.Arm64, "osx-arm64", "libverigator.dylib")]
        [TestCase("linux", Architecture.Arm64, "linux-arm64", "libverigator.so")]
        public void APlatformHasNuGetsName(string system, Architecture architecture, string rid, string file)
        {
            Platform platform = Platform.Of(system, architecture, Glibc);
            Assert.AreEqual(rid, platform.Rid);
            Assert.AreEqual(file, platform.FileName);
        }

        [Test]
        public void AnAlpineNeverTakesTheLibraryForGlibc()
        {
            Platform musl = Platform.Of("linux", Architecture.X64, "x /lib/ld-musl-x86_64.so.1");
            string[] files = Loader.Candidates(null, musl, "/app/Verigator.dll", "/app/", null).ToArray();
            Assert.IsTrue(files.Any(file => file.Contains("/linux-musl-x64/")));
            Assert.IsFalse(files.Any(file => file.Contains("/linux-x64/")));
        }

        [Test]
        public void ItIsLookedForBesideTheAssemblyAndTheProgram()
        {
            Platform platform = Platform.Of("linux", Architecture.X64, Glibc);
            string native = Path.Combine("runtimes", "linux-x64", "native", "libverigator.so");
            string[] expected = {
                "/lib/netstandard2.0/" + native,
                "/lib/netstandard2.0/libverigator.so",
                "/app/" + native,
                "/app/libverigator.so",
                "/" + native,
            };
            Assert.AreEqual(expected,
                Loader.Candidates(null, platform, "/lib/netstandard2.0/Verigator.dll", "/app/", null));
            // In a single file an assembly has no location.
            Assert.AreEqual(expected.Skip(2).Take(2), Loader.Candidates(null, platform, "", "/app/", null));
            // A site's own assemblies are in a folder of it.
            Assert.AreEqual(new[] { "/app/bin/" + native, "/app/bin/libverigator.so" },
                Loader.Candidates(null, platform, "", "/app/", "bin").Skip(2));
            Assert.AreEqual(new[] { "/mine.so" }, Loader.Candidates("/mine.so", platform, "", "/app/", null));
        }

        [Test]
        public void WhatTrimmingTookAwayIsNotThere()
        {
            Assembly core = typeof(System.Runtime.InteropServices.NativeLibrary).Assembly;
            Assert.AreSame(typeof(LoaderTest).Assembly, core);
            Assert.IsFalse(Loader.Resolver.Register(core, "/app/libverigator.so"));
        }

        // A program that is started in a folder where anybody may write.
        [Test]
        public void TheCurrentFolderIsNotLookedAt()
        {
            string folder = Path.Combine(Repository.Folder, "target", "csharp", "without");
            Platform platform = Platform.Current();
            string native = Path.Combine("runtimes", platform.Rid, "native");
            string file = Path.Combine(Repository.Installed, native, platform.FileName);
            string current = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
            Directory.CreateDirectory(Path.Combine(current, native));
            try
            {
                File.Copy(file, Path.Combine(current, platform.FileName));
                File.Copy(file, Path.Combine(current, native, platform.FileName));
                var program = new Program(Path.Combine(folder, "PrintVersion.exe"), null, current);
                string said = program.Ends(1);
                StringAssert.StartsWith("the native library of Verigator for linux-", said);
                StringAssert.Contains(folder, said);
                StringAssert.DoesNotContain(current, said);
                var named = new Program(
                    Path.Combine(folder, "PrintVersion.exe"), null, current, file);
                Assert.AreEqual("1.0.0\n", named.Ends(0));
            }
            finally
            {
                Directory.Delete(current, true);
            }
        }
    }
}

// What is left of it in a program that was trimmed.
namespace System.Runtime.InteropServices
{
    internal static class NativeLibrary
    {
    }

    internal delegate IntPtr DllImportResolver(string name, Assembly assembly, DllImportSearchPath? search);
}
