using System.IO;
using NUnit.Framework;

namespace Verigator.Tests
{
    // Each example runs from the package as it is installed, against a server of its own.
    [TestFixture]
    public class ExamplesTest
    {
        private Server server;

        [SetUp]
        public void Begin()
        {
            server = new Server();
        }

        [TearDown]
        public void End()
        {
            server.Dispose();
        }

        private Program Run(string example)
        {
            return new Program(Path.Combine(Repository.Installed, example + ".exe"), server);
        }

        [Test]
        public void ALogin()
        {
            Program login = Run("Login");
            Assert.AreEqual("sms PIN: ", login.UntilAsked());
            login.Types("0000000");
            StringAssert.Contains("not it", login.UntilAsked());
            login.Types(server.Pin());
            Assert.AreEqual("Welcome!\n", login.Ends(0));
        }

        [Test]
        public void ThreeWrongCodesAreANo()
        {
            Program login = Run("Login");
            for (int count = 0; count < 3; count++)
            {
                login.UntilAsked();
                login.Types("0000000");
            }
            Assert.AreEqual("That is not it.\nDenied.\n", login.Ends(1));
        }

        [Test]
        public void AServiceThatCannotBeAskedIsNeitherAYesNorANo()
        {
            Program login = Run("Login");
            login.UntilAsked();
            server.Dispose();
            login.Types("123456");
            StringAssert.Contains("no connection", login.Ends(2));
            server = new Server();
        }

        [Test]
        public void FailuresAreToldFromEachOther()
        {
            Assert.AreEqual(Repository.Read("examples/failures.txt"), Run("Failures").Ends(0));
        }

        [Test]
        public void TheReadmeBeginsWithAProgramAndItsOutput()
        {
            string readme = Repository.Read("bindings/csharp/README.md");
            Program program = Run("Readme");
            Assert.AreEqual("PIN: ", program.UntilAsked());
            program.Types(server.Pin());
            Assert.AreEqual("Welcome!\n", program.Ends(0));
            StringAssert.Contains("PIN: 407713\nWelcome!\n", readme);
            // What it registered is there now.
            Program again = Run("Readme");
            again.UntilAsked();
            again.Types("0000000");
            Assert.AreEqual("Denied.\n", again.Ends(0));
            StringAssert.Contains("PIN: 000000\nDenied.\n", readme);
        }
    }
}
