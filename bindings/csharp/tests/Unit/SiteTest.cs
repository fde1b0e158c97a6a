using System.IO;
using NUnit.Framework;

namespace Verigator.Tests
{
    // What a web server of .NET Framework does with the assemblies of a site.
    [TestFixture, Category("Domains")]
    public class SiteTest
    {
        private string site;

        [SetUp]
        public void Deploy()
        {
            site = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
            Platform platform = Platform.Current();
            string native = Path.Combine("runtimes", platform.Rid, "native");
            Directory.CreateDirectory(Path.Combine(site, "bin", native));
            string library = Path.Combine(native, platform.FileName);
            foreach (string file in new[] { "PrintVersion.exe", "Verigator.dll", library })
            {
                File.Copy(Path.Combine(Repository.Installed, file), Path.Combine(site, "bin", file));
            }
        }

        [TearDown]
        public void Remove()
        {
            Directory.Delete(site, true);
        }

        [Test]
        public void TheLibraryIsFoundWhereTheAssembliesWereCopiedFrom()
        {
            var program = new Program(Path.Combine(Repository.Installed, "RunInSite.exe"), null, null, site);
            Assert.AreEqual(Client.LibraryVersion + "\n", program.Ends(0));
            string[] copies = Directory.GetFiles(
                Path.Combine(site, "copies"), "Verigator.dll", SearchOption.AllDirectories);
            Assert.AreEqual(1, copies.Length);
        }
    }
}
