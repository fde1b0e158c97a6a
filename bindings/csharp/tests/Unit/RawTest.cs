using System;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using NUnit.Framework;

namespace Verigator.Tests
{
    [TestFixture]
    public class RawTest
    {
        private static readonly MethodInfo[] Functions =
            typeof(Raw).GetMethods(BindingFlags.Static | BindingFlags.NonPublic);

        // A finalizer may free a handle whose number was taken out, in the middle of a call.
        [Test]
        public void HandlesGoInAsSafeHandlesOnly()
        {
            Assert.That(Functions.Length, Is.GreaterThan(100));
            foreach (MethodInfo function in Functions)
            {
                bool isFree = function.Name.EndsWith("_free", StringComparison.Ordinal);
                foreach (ParameterInfo parameter in function.GetParameters())
                {
                    string name = function.Name + ": " + parameter.Name;
                    Assert.IsTrue(isFree || parameter.ParameterType != typeof(IntPtr), name);
                }
            }
        }

        // A thread that is not .NET's own runs no code of .NET.
        [Test]
        public void NothingIsCalledBack()
        {
            Assert.IsFalse(Functions.SelectMany(function => function.GetParameters()).Any(
                parameter => typeof(Delegate).IsAssignableFrom(parameter.ParameterType)));
        }

        [Test]
        public void EachHandleHasAClassThatFreesIt()
        {
            Type[] classes = typeof(Raw).Assembly.GetTypes().Where(
                type => typeof(SafeHandle).IsAssignableFrom(type)).ToArray();
            string[] freeing = Functions.Select(function => function.Name).Where(
                name => name.EndsWith("_free", StringComparison.Ordinal)).ToArray();
            Assert.AreEqual(freeing.Length, classes.Length);
        }

        [Test]
        public void EachFunctionIsInTheLibrary()
        {
            Assert.IsNotEmpty(Client.LibraryVersion);
            foreach (MethodInfo function in Functions)
            {
                Assert.DoesNotThrow(() => Marshal.Prelink(function), function.Name);
            }
        }
    }
}
