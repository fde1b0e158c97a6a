using System.Diagnostics;
using System.IO;
using NUnit.Framework;

namespace Verigator.Tests
{
    // A process ends at once, with its own exit code, whatever is under way.
    [TestFixture]
    public class ExitTest
    {
        [TestCase("return")]
        [TestCase("exit")]
        [TestCase("exit-elsewhere")]
        public void AProgramEndsWithCallsUnderWay(string how)
        {
            using (var service = new Held(Held.AService))
            {
                for (int count = 0; count < 5; count++)
                {
                    string file = Path.Combine(Repository.Installed, "EndWithCallsUnderWay.exe");
                    var program = new Program(file, null, null, service.Url + " " + how);
                    for (int calls = 0; calls < 100; calls++)
                    {
                        service.AwaitRequest();
                    }
                    var watch = Stopwatch.StartNew();
                    program.Types("now");
                    Assert.AreEqual("", program.Ends(7));
                    Assert.That(watch.Elapsed.TotalSeconds, Is.LessThan(20));
                }
            }
        }
    }
}
