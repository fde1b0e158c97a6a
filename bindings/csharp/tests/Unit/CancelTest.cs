using System;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Verigator.Tests
{
    [TestFixture]
    public class CancelTest
    {
        private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

        [Test]
        public void ACancelledTokenSendsNothing()
        {
            var cancelled = new CancellationToken(true);
            using (var service = new Held(Held.AService, true))
            using (Client client = service.Client())
            {
                var failure = Assert.Throws<VerigatorCanceledException>(
                    () => client.GetService("s1", cancelled));
                Assert.IsFalse(failure.MaybeSent);
                Task task = client.GetServiceAsync("s1", cancelled);
                Assert.Throws<AggregateException>(() => task.Wait(Long));
                Assert.IsTrue(task.IsCanceled);
                Assert.IsFalse(service.HasRequest());
            }
        }

        [Test]
        public void ATaskEndsWithItsTokenAndSaysWhatMayHaveBeenSent()
        {
            using (var service = new Held(Held.Yes))
            using (Client client = service.Client())
            using (var source = new CancellationTokenSource())
            {
                Task<Verification> task = client.VerifyAsync("s1", "u1", "123456", source.Token);
                service.AwaitRequest();
                source.Cancel();
                try
                {
                    Assert.IsFalse(Awaited(task).Verified);
                }
                catch (OperationCanceledException canceled)
                {
                    Assert.IsTrue(task.IsCanceled);
                    Assert.AreEqual(source.Token, canceled.CancellationToken);
                    Assert.IsTrue(((VerigatorCanceledException)canceled).MaybeSent);
                    var became = (CallCancelledException)canceled.InnerException;
                    Assert.AreEqual(Status.Cancelled, became.Status);
                    return;
                }
                Assert.Fail("it was not cancelled");
            }
        }

        [Test]
        public void ABlockingCallEndsWithItsToken()
        {
            using (var service = new Held(Held.Yes))
            using (Client client = service.Client())
            using (var source = new CancellationTokenSource())
            {
                Task cancel = Task.Run(() =>
                {
                    service.AwaitRequest();
                    source.Cancel();
                });
                var failure = Assert.Throws<VerigatorCanceledException>(
                    () => client.Verify("s1", "u1", "123456", source.Token));
                Assert.IsTrue(failure.MaybeSent);
                cancel.Wait();
            }
        }

        [Test]
        public void AnAnswerThatIsThereIsKept()
        {
            using (var service = new Held(Held.Yes, true))
            using (Client client = service.Client())
            using (var source = new CancellationTokenSource())
            {
                Task<Verification> task = client.VerifyAsync("s1", "u1", "123456", source.Token);
                Assert.IsTrue(task.Wait(Long));
                source.Cancel();
                Assert.IsTrue(task.Result.Verified);
            }
        }

        // Whichever is first, each call ends once: with its answer, or cancelled.
        [Test]
        public void CancelAndAnswerAtOnceGiveOneOfThem()
        {
            int answered = 0;
            int cancelled = 0;
            using (var service = new Held(Held.Yes, true))
            using (Client client = service.Client())
            {
                for (int count = 0; count < 300; count++)
                {
                    using (var source = new CancellationTokenSource())
                    {
                        Task<Verification> task =
                            client.VerifyAsync("s1", "u1", "123456", source.Token);
                        Thread.SpinWait(count * 100);
                        source.Cancel();
                        try
                        {
                            Assert.IsTrue(Awaited(task).Verified);
                            answered++;
                        }
                        catch (OperationCanceledException)
                        {
                            cancelled++;
                        }
                    }
                }
                Assert.IsTrue(client.Verify("s1", "u1", "123456").Verified);
            }
            Assert.AreEqual(300, answered + cancelled);
        }

        [Test]
        public void OneTokenForManyCallsKeepsNoneOfThem()
        {
            using (var service = new Held(Held.AService, true))
            using (Client client = service.Client())
            using (var source = new CancellationTokenSource())
            {
                for (int count = 0; count < 100; count++)
                {
                    var calls = new Task[100];
                    for (int index = 0; index < calls.Length; index++)
                    {
                        calls[index] = client.GetServiceAsync("s1", source.Token);
                    }
                    Assert.IsTrue(Task.WaitAll(calls, Long));
                }
                Assert.AreEqual(0, Registrations.Of(source));
                // That it counts is seen from one.
                using (source.Token.Register(() => { }))
                {
                    Assert.AreEqual(1, Registrations.Of(source));
                }
            }
        }

        // Who cancels may hold a lock that a continuation wants.
        [Test]
        public void CancelUnderALockDoesNotWaitForContinuations()
        {
            var guard = new object();
            using (var service = new Held(Held.AService))
            using (Client client = service.Client())
            using (var source = new CancellationTokenSource())
            {
                Task after = client.GetServiceAsync("s1", source.Token).ContinueWith(
                    task =>
                    {
                        lock (guard)
                        {
                            return task.IsCanceled;
                        }
                    },
                    TaskContinuationOptions.ExecuteSynchronously);
                service.AwaitRequest();
                lock (guard)
                {
                    source.Cancel();
                }
                Assert.IsTrue(after.Wait(Long));
            }
        }

        [Test]
        public void ClosingEndsWhatWaits()
        {
            using (var service = new Held(Held.AService))
            {
                Client client = service.Client();
                Task task = client.GetServiceAsync("s1");
                service.AwaitRequest();
                client.Dispose();
                var failure = Assert.Throws<AggregateException>(() => task.Wait(Long));
                Assert.IsInstanceOf<CallCancelledException>(failure.InnerException);
                Assert.IsTrue(((VerigatorException)failure.InnerException).MaybeSent);
                Assert.IsTrue(task.IsFaulted);
            }
        }

        private static T Awaited<T>(Task<T> task)
        {
            return task.GetAwaiter().GetResult();
        }
    }
}
