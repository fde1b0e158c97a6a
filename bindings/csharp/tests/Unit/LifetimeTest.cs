using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Verigator.Tests
{
    [TestFixture]
    public class LifetimeTest
    {
        // The collector runs all the time, while each call is made by a client that nothing else holds.
        [Test]
        public void NothingIsFreedUnderACall()
        {
            using (var service = new Held(Held.AService, true))
            using (var ended = new ManualResetEventSlim(false))
            {
                var collector = new Thread(() =>
                {
                    while (!ended.IsSet)
                    {
                        GC.Collect();
                        GC.WaitForPendingFinalizers();
                    }
                });
                collector.Start();
                try
                {
                    for (int count = 0; count < 100; count++)
                    {
                        Assert.AreEqual("s1", service.Client().GetService("s1").Id);
                        Assert.AreEqual("s1", service.Client().GetServiceAsync("s1").Result.Id);
                    }
                }
                finally
                {
                    ended.Set();
                    collector.Join();
                }
            }
        }

        [Test]
        public void NothingIsLeftOfClientsAndCalls()
        {
            using (var service = new Held(Held.AService, true))
            {
                Use(service, 200);
                long before = ResidentKilobytes();
                Use(service, 1000);
                long grown = ResidentKilobytes() - before;
                Assert.That(grown, Is.LessThan(16 * 1024), "kB more");
            }
        }

        // Nobody disposes of anything here, and a client that was refused has made half of what it needs.
        private static void Use(Held service, int times)
        {
            for (int count = 0; count < times; count++)
            {
                Client client = service.Client();
                Assert.AreEqual("s1", client.GetService("s1").Id);
                Assert.Throws<InvalidArgumentException>(() => client.GetService(""));
                Assert.Throws<InvalidConfigException>(
                    () => service.Client(new ClientOptions { MaxRetries = -1 }));
                if (count % 50 == 0)
                {
                    Assert.AreEqual("s1", client.GetServiceAsync("s1").Result.Id);
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                }
            }
            for (int count = 0; count < 3; count++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }

        private static long ResidentKilobytes()
        {
            string line = File.ReadLines("/proc/self/status").First(
                each => each.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.Split(new[] { ' ', '\t' }, StringSplitOptions.RemoveEmptyEntries)[1]);
        }
    }
}
