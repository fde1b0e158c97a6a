using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Verigator.Tests
{
    [TestFixture]
    public class ClientTest
    {
        private Server server;
        private Client client;

        [TestFixtureSetUp]
        public void Begin()
        {
            server = new Server();
            client = server.Client();
        }

        [TestFixtureTearDown]
        public void End()
        {
            client.Dispose();
            server.Dispose();
        }

        [Test]
        public void AServiceAndItsUsersLiveAndDie()
        {
            string name = Server.HostName();
            Service service = client.CreateService(name, "Näide 😀");
            Assert.AreEqual("Näide 😀", client.GetService(service.Id).Name);
            Assert.AreEqual(service.Id, client.FindService(name).Id);
            Assert.That(client.ListServices(1000).Select(each => each.Id), Contains.Item(service.Id));
            User first = client.CreateUser(service.Id, "+3725555555", "jane@example.com");
            client.CreateUser(service.Id, "+3725555556", "john@example.com");
            Assert.AreEqual("jane@example.com", client.GetUser(service.Id, first.Id).IdInService);
            Assert.AreEqual(first.Id, client.FindUser(service.Id, "jane@example.com").Id);
            Assert.AreEqual(2, client.ListUsers(service.Id).Count);
            UserList page = client.PageUsers(service.Id, 1);
            Assert.AreEqual(2, page.Total);
            Assert.AreEqual(1, client.PageUsers(service.Id, 1, page.NextCursor).Count);
            client.UnlockUser(service.Id, first.Id);
            client.DeleteUser(service.Id, first.Id);
            client.DeleteService(service.Id);
            Assert.Throws<NotFoundException>(() => client.GetService(service.Id));
        }

        [Test]
        public void ALoginIsVerifiedByItsPinOnly()
        {
            Service service = client.CreateService(Server.HostName(), "Example");
            User user = client.CreateUser(service.Id, "+3725555555", "jane@example.com");
            Challenge challenge = client.Initiate(service.Id, user.Id);
            Assert.AreEqual(Method.Sms, challenge.Method);
            Verification no = client.Verify(service.Id, user.Id, "0000000", challenge);
            Assert.IsFalse(no.Verified);
            Verification yes = client.Verify(service.Id, user.Id, server.Pin(user.Id), challenge);
            Assert.IsTrue(yes.Verified);
        }

        [Test]
        public async Task TheSameWithTasks()
        {
            Service service = await client.CreateServiceAsync(Server.HostName(), "Example");
            User user = await client.CreateUserAsync(service.Id, "+3725555555", "jane@example.com");
            Challenge started = await client.InitiateAsync(service.Id, user.Id, Method.Sms);
            // As another process has it, which was told the two parts.
            var challenge = new Challenge(started.Method, started.AuthId);
            string pin = server.Pin(user.Id);
            Assert.IsTrue((await client.VerifyAsync(service.Id, user.Id, pin, challenge)).Verified);
            await client.DeleteServiceAsync(service.Id);
        }

        [Test]
        public void UsersEnrolForThemselves()
        {
            Service service = client.CreateService(Server.HostName(), "Example");
            User user = client.CreateUser(service.Id, "+3725555555", "jane@example.com");
            Enrolment enrolment = client.BeginTotp(service.Id, user.Id);
            StringAssert.StartsWith("otpauth://", enrolment.Uri);
            Assert.IsTrue(client.GetTotp(service.Id, user.Id).Pending);
            Assert.Throws<UnprocessableDataException>(
                () => client.ConfirmTotp(service.Id, user.Id, "0000000"));
            client.DeleteTotp(service.Id, user.Id);
            RecoveryCodes codes = client.CreateRecoveryCodes(service.Id, user.Id);
            Assert.AreEqual(codes.Count, client.CountRecoveryCodes(service.Id, user.Id));
            client.Initiate(service.Id, user.Id);
            Verification answer = client.Verify(service.Id, user.Id, codes[0]);
            Assert.IsTrue(answer.Verified);
            Assert.AreEqual(Method.RecoveryCode, answer.Method);
            client.DeleteRecoveryCodes(service.Id, user.Id);
        }

        [Test]
        public void AFailureTellsAllThatIsKnown()
        {
            var failure = Assert.Throws<NotFoundException>(() => client.GetService("nobody"));
            Assert.AreEqual(Status.NotFound, failure.Status);
            Assert.AreEqual(ErrorKind.Service, failure.Kind);
            Assert.AreEqual(404, failure.HttpStatus);
            Assert.IsTrue(failure.MaybeSent);
            Assert.IsTrue(failure.RetrySafe);
            Assert.IsNull(failure.RetryAfter);
            Assert.IsNotNull(failure.ServiceMessage);
            StringAssert.Contains("404", failure.Message);
            // A copy, which its reader may change.
            failure.GetBody()[0] = 0;
            Assert.AreEqual((byte)'{', failure.GetBody()[0]);
        }

        [Test]
        public void AnArgumentThatIsWrongSendsNothing()
        {
            var failure = Assert.Throws<InvalidArgumentException>(() => client.GetService(null));
            Assert.IsFalse(failure.MaybeSent);
            StringAssert.Contains("service_id", failure.Message);
            Assert.Throws<InvalidArgumentException>(() => client.Verify("s", "u", "1", null));
            Task<Service> task = client.GetServiceAsync("");
            var inside = Assert.Throws<AggregateException>(task.Wait);
            Assert.IsInstanceOf<InvalidArgumentException>(inside.InnerException);
        }

        [Test]
        public void AnOptionThatIsWrongGivesNoClient()
        {
            var failure = Assert.Throws<InvalidConfigException>(
                () => new Client("u", "p", new ClientOptions { MaxRetries = 11 }));
            StringAssert.Contains("11", failure.Message);
            Assert.Throws<InvalidConfigException>(() => new Client(
                "u", "p", new ClientOptions { Timeout = TimeSpan.FromTicks(1) }));
            Assert.Throws<InvalidConfigException>(
                () => new Client("u", "p", new ClientOptions { CaFile = "/half\ud800" }));
            Assert.Throws<InvalidConfigException>(() => new Client(
                "u", "p", new ClientOptions { NoProxy = true, Proxy = "http://127.0.0.1:1" }));
            Assert.Throws<InvalidArgumentException>(() => new Client(null, "p"));
        }

        [Test]
        public void EachKindOfOptionReachesTheLibrary()
        {
            var options = new ClientOptions {
                BaseUrl = server.Url,
                AllowPlainHttp = true,
                ConnectTimeout = TimeSpan.FromSeconds(1),
                IdleTimeout = TimeSpan.FromSeconds(1),
                MaxRetryWait = TimeSpan.FromSeconds(1),
                MaxConnections = 1,
                MinTlsVersion = TlsVersion.Tls13,
                NoProxy = true,
            };
            using (var other = new Client(Server.Username, Server.Password, options))
            {
                Assert.AreEqual(Status.NotFound,
                    Assert.Throws<NotFoundException>(() => other.GetService("nobody")).Status);
                other.CloseIdle();
            }
            byte[] noPem = { 1, 2, 3 };
            Assert.Throws<InvalidConfigException>(
                () => new Client("u", "p", new ClientOptions { CaPem = noPem }));
            Assert.Throws<InvalidConfigException>(() => new Client(
                "u", "p", new ClientOptions { ClientCertificatePem = noPem, ClientKeyPem = noPem }));
            Assert.Throws<InvalidConfigException>(() => new Client(
                "u", "p", new ClientOptions { ClientCertificateFile = "/none", ClientKeyFile = "/none" }));
        }

        [Test]
        public void LogLinesComeWithoutSecrets()
        {
            var lines = new ConcurrentQueue<string>();
            var options = new ClientOptions {
                BaseUrl = server.Url,
                LogLevel = LogLevel.Debug,
                Log = (level, line) =>
                {
                    lines.Enqueue(level + ": " + line);
                    throw new InvalidOperationException("a log must not change what a call comes to");
                },
            };
            using (var logged = new Client(Server.Username, Server.Password, options))
            {
                Assert.Throws<NotFoundException>(() => logged.GetService("nobody"));
                int count = lines.Count;
                Assert.That(count, Is.GreaterThan(0));
                Assert.Throws<AggregateException>(() => logged.GetServiceAsync("nobody").Wait());
                Assert.That(lines.Count, Is.GreaterThan(count));
            }
            Assert.IsFalse(lines.Any(line => line.Contains(Server.Password)));
        }

        [Test]
        public void AClosedClientRefusesCalls()
        {
            Client closed = server.Client();
            closed.GetServiceAsync("nobody").ContinueWith(task => task.Exception).Wait();
            closed.Dispose();
            closed.Dispose();
            closed.CloseIdle();
            var failure = Assert.Throws<ClosedException>(() => closed.GetService("s"));
            Assert.IsFalse(failure.MaybeSent);
            var inside = Assert.Throws<AggregateException>(() => closed.GetServiceAsync("s").Wait());
            Assert.IsInstanceOf<ClosedException>(inside.InnerException);
            Client unused = server.Client();
            unused.Dispose();
            Assert.Throws<AggregateException>(() => unused.GetServiceAsync("s").Wait());
        }
    }
}
