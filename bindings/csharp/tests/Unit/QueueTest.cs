using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Verigator.Tests
{
    [TestFixture]
    public class QueueTest
    {
        private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

        [Test]
        public void ManyCallsWaitAtOnce()
        {
            const int many = 200;
            using (var service = new Held(Held.AService))
            using (Client client = service.Client())
            {
                Task<Service>[] calls =
                    Enumerable.Range(0, many).Select(_ => client.GetServiceAsync("s1")).ToArray();
                for (int count = 0; count < many; count++)
                {
                    service.AwaitRequest();
                }
                service.Answer();
                Assert.IsTrue(Task.WaitAll(calls, Long));
                Assert.IsTrue(calls.All(call => call.Result.Id == "s1"));
            }
        }

        // A program without tasks has no thread of the library, one with many at once has one, and one that closes
        // its client has none left; nor has one that forgot its clients.
        [Test]
        public void ThreadsAreThereFromTheFirstTaskToTheEnd()
        {
            using (var service = new Held(Held.AService, true))
            {
                string file = Path.Combine(Repository.Installed, "CountThreads.exe");
                var program = new Program(file, null, null, service.Url);
                Assert.AreEqual(
                    "blocking: 0\ntasks: 1\nclosed: 0\nforgotten: collected\n", program.Ends(0));
            }
        }

        // A call that is under way holds its client; that is seen where code is optimised from the beginning.
        [TestCase(true)]
        [TestCase(false)]
        public void ACallOfAForgottenClientIsAnswered(bool isBlocking)
        {
            using (var service = new Held(Held.AService))
            {
                Task<Service> call = isBlocking
                    ? Task.Run(() => service.Client().GetService("s1"))
                    : CalledAndForgotten(service);
                service.AwaitRequest();
                for (int count = 0; count < 10; count++)
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                }
                service.Answer();
                Assert.IsTrue(call.Wait(Long));
                Assert.AreEqual("s1", call.Result.Id);
            }
        }

        [Test]
        public void AContinuationMayBlockOnAnotherCall()
        {
            using (var service = new Held(Held.AService, true))
            using (Client client = service.Client())
            {
                Task<string> after = client.GetServiceAsync("s1").ContinueWith(
                    task => client.GetServiceAsync(task.Result.Id).Result.Id +
                        client.GetService(task.Result.Id).Id,
                    TaskContinuationOptions.ExecuteSynchronously);
                Assert.IsTrue(after.Wait(Long));
                Assert.AreEqual("s1s1", after.Result);
            }
        }

        // As in a form or an old ASP.NET page: the only thread of the context waits for the task.
        [Test]
        public void AThreadWithAContextMayWaitForATask()
        {
            using (var service = new Held(Held.AService, true))
            using (Client client = service.Client())
            {
                string id = null;
                var context = new CountingContext();
                var thread = new Thread(() =>
                {
                    SynchronizationContext.SetSynchronizationContext(context);
                    id = client.GetServiceAsync("s1").Result.Id;
                });
                thread.Start();
                Assert.IsTrue(thread.Join(Long));
                Assert.AreEqual("s1", id);
                Assert.AreEqual(0, context.Posted);
            }
        }

        [Test]
        public void CallsFromManyThreadsAreAllAnswered()
        {
            using (var service = new Held(Held.AService, true))
            using (Client client = service.Client())
            {
                var ids = new ConcurrentBag<string>();
                var threads = Enumerable.Range(0, 16).Select(number => new Thread(() =>
                {
                    for (int count = 0; count < 50; count++)
                    {
                        ids.Add(number % 2 == 0
                            ? client.GetService("s1").Id
                            : client.GetServiceAsync("s1").Result.Id);
                    }
                })).ToList();
                threads.ForEach(thread => thread.Start());
                threads.ForEach(thread => Assert.IsTrue(thread.Join(Long)));
                Assert.AreEqual(800, ids.Count(id => id == "s1"));
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static Task<Service> CalledAndForgotten(Held service)
        {
            Task<Service> call = null;
            var thread = new Thread(() => call = service.Client().GetServiceAsync("s1"));
            thread.Start();
            thread.Join();
            return call;
        }

        private sealed class CountingContext : SynchronizationContext
        {
            private int posted;

            internal int Posted => posted;

            public override void Post(SendOrPostCallback callback, object state)
            {
                // Nobody runs it: who needs it waits for ever.
                Interlocked.Increment(ref posted);
            }
        }
    }
}
