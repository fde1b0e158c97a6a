using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Verigator.Tests
{
    // Runs the tests on .NET Core, where the runner of this NUnit does not: OnCore [PART OF A NAME].
    internal static class OnCore
    {
        private static int Main(string[] arguments)
        {
            string part = arguments.FirstOrDefault() ?? "";
            int ran = 0;
            var failed = new List<string>();
            foreach (Type fixture in typeof(ClientTest).Assembly.GetTypes().Where(IsRun))
            {
                object tests = Activator.CreateInstance(fixture);
                Call(tests, typeof(TestFixtureSetUpAttribute));
                foreach (MethodInfo test in fixture.GetMethods().Where(each => each.Name.Contains(part)))
                {
                    foreach (object[] given in Cases(test))
                    {
                        ran++;
                        string name = fixture.Name + "." + test.Name + "(" + string.Join(", ", given) + ")";
                        Exception failure = Run(tests, test, given);
                        if (failure != null)
                        {
                            failed.Add(name);
                            Console.Error.WriteLine(name + ": " + failure);
                        }
                    }
                }
                Call(tests, typeof(TestFixtureTearDownAttribute));
            }
            Console.WriteLine("Tests run: {0}, Failures: {1}", ran, failed.Count);
            return ran > 0 && failed.Count == 0 ? 0 : 1;
        }

        // There are no domains here.
        private static bool IsRun(Type type)
        {
            return type.IsDefined(typeof(TestFixtureAttribute), false) &&
                !type.GetCustomAttributes<CategoryAttribute>().Any(category => category.Name == "Domains");
        }

        private static IEnumerable<object[]> Cases(MethodInfo test)
        {
            IEnumerable<object[]> plain =
                test.GetCustomAttributes<TestAttribute>().Select(_ => new object[0]);
            return plain.Concat(test.GetCustomAttributes<TestCaseAttribute>().Select(one => one.Arguments));
        }

        private static Exception Run(object tests, MethodInfo test, object[] given)
        {
            try
            {
                Call(tests, typeof(SetUpAttribute));
                try
                {
                    (test.Invoke(tests, given) as Task)?.Wait();
                }
                finally
                {
                    Call(tests, typeof(TearDownAttribute));
                }
                return null;
            }
            catch (Exception failure)
            {
                return failure;
            }
        }

        private static void Call(object tests, Type attribute)
        {
            foreach (MethodInfo method in tests.GetType().GetMethods())
            {
                if (method.IsDefined(attribute, false))
                {
                    method.Invoke(tests, null);
                }
            }
        }
    }
}
