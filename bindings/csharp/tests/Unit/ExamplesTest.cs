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
            Program program = Run("Readme");
            Assert.AreEqual("PIN: ", program.UntilAsked());
            program.Types(server.Pin());
            string said = program.Ends(0);
            Assert.AreEqual("Welcome!\n", said);
            StringAssert.Contains("PIN: 123456\nDenied.\n", Repository.Read("bindings/csharp/README.md"));
            Program wrong = new Program(Path.Combine(Repository.Installed, "Readme.exe"), Fresh());
            wrong.UntilAsked();
            wrong.Types("0000000");
            Assert.AreEqual("Denied.\n", wrong.Ends(0));
        }

        // The program makes its service anew.
        private Server Fresh()
        {
            server.Dispose();
            server = new Server();
            return server;
        }
    }
}
