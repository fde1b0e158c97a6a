using System;
using System.Diagnostics;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Verigator.Tests
{
    // Only where there are domains: not in .NET Core.
    [TestFixture, Category("Domains")]
    public class UnloadTest
    {
        [Test]
        public void ADomainIsUnloadedWithCallsUnderWay()
        {
            using (var service = new Held(Held.AService))
            {
                for (int count = 0; count < 5; count++)
                {
                    AppDomain domain = AppDomain.CreateDomain(
                        "calls", null, AppDomain.CurrentDomain.SetupInformation);
                    var calls = (Calls)domain.CreateInstanceAndUnwrap(
                        typeof(Calls).Assembly.FullName, typeof(Calls).FullName);
                    calls.Begin(service.Url);
                    service.AwaitRequest();
                    var watch = Stopwatch.StartNew();
                    AppDomain.Unload(domain);
                    Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
                }
            }
        }

        // What lives in the other domain.
        public sealed class Calls : MarshalByRefObject
        {
            private Client client;
            private Task call;

            public void Begin(string url)
            {
                client = new Client("user", "password", new ClientOptions { BaseUrl = url });
                call = client.GetServiceAsync("s1");
            }

            public override object InitializeLifetimeService()
            {
                GC.KeepAlive(call);
                return null;
            }
        }
    }
}
