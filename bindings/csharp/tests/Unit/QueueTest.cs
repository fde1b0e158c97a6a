using System;
using System.Collections.Concurrent;
using System.Diagnostics;
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
        public void ManyCallsWaitAtOnceOnTwoThreads()
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
                Assert.AreEqual(2, NativeThreads());
                service.Answer();
                Assert.IsTrue(Task.WaitAll(calls, Long));
                Assert.IsTrue(calls.All(call => call.Result.Id == "s1"));
            }
        }

        // A program without tasks has no thread of the library, and one that closes its client has none left.
        [Test]
        public void ThreadsAreThereFromTheFirstTaskToTheEnd()
        {
            AwaitThreads(0);
            using (var service = new Held(Held.AService, true))
            using (Client client = service.Client())
            {
                client.GetService("s1");
                Assert.AreEqual(0, NativeThreads());
                Assert.IsTrue(client.GetServiceAsync("s1").Wait(Long));
                Assert.AreEqual(2, NativeThreads());
            }
            AwaitThreads(0);
        }

        [Test]
        public void AClientThatNobodyClosedIsCollected()
        {
            AwaitThreads(0);
            using (var service = new Held(Held.AService, true))
            {
                WeakReference client = UsedAndForgotten(service);
                var watch = Stopwatch.StartNew();
                while ((client.IsAlive || NativeThreads() > 0) && watch.Elapsed < Long)
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    Thread.Sleep(10);
                }
                Assert.AreEqual(0, NativeThreads());
            }
        }

        // A call that is under way holds its client.
        [Test]
        public void ACallOfAForgottenClientIsAnswered()
        {
            using (var service = new Held(Held.AService))
            {
                Task<Service> call = CalledAndForgotten(service);
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
        private static WeakReference UsedAndForgotten(Held service)
        {
            WeakReference forgotten = null;
            // On a thread of its own, whose stack is gone afterwards.
            var thread = new Thread(() =>
            {
                Client client = service.Client();
                Assert.IsTrue(client.GetServiceAsync("s1").Wait(Long));
                forgotten = new WeakReference(client);
            });
            thread.Start();
            thread.Join();
            return forgotten;
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

        private static void AwaitThreads(int count)
        {
            var watch = Stopwatch.StartNew();
            while (NativeThreads() != count && watch.Elapsed < Long)
            {
                // What other tests left is collected.
                GC.Collect();
                GC.WaitForPendingFinalizers();
                Thread.Sleep(1);
            }
            Assert.AreEqual(count, NativeThreads());
        }

        // The threads of the library's queues, and those of the binding that wait for them, by their names.
        private static int NativeThreads()
        {
            return Directory.GetDirectories("/proc/self/task").Count(IsOfVerigator);
        }

        private static bool IsOfVerigator(string task)
        {
            try
            {
                return File.ReadAllText(Path.Combine(task, "comm")).StartsWith(
                    "verigator", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
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
