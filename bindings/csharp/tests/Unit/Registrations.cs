using System;
using System.Collections;
using System.Reflection;
using System.Threading;

namespace Verigator.Tests
{
    // How many callbacks a token source has, which it tells nobody: looked up in the fields of the runtimes
    // that the tests run on.
    internal static class Registrations
    {
        private const BindingFlags Any = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

        internal static int Of(CancellationTokenSource source)
        {
            var partitions = (IEnumerable)(Field(source, "_registeredCallbacksLists") ??
                Field(source, "_callbackPartitions"));
            int count = 0;
            foreach (object partition in partitions ?? new object[0])
            {
                count += partition == null ? 0 : In(partition);
            }
            return count;
        }

        // Mono's are arrays with a hole for each that is gone; .NET's are linked.
        private static int In(object partition)
        {
            int count = 0;
            if (partition.GetType().Name.StartsWith("CallbackPartition", StringComparison.Ordinal))
            {
                for (object node = Field(partition, "Callbacks"); node != null; node = Field(node, "Next"))
                {
                    count++;
                }
                return count;
            }
            for (object part = Field(partition, "_tail"); part != null; part = Field(part, "_prev"))
            {
                foreach (object callback in (Array)Field(part, "_elements"))
                {
                    count += callback == null ? 0 : 1;
                }
            }
            return count;
        }

        private static object Field(object holder, string name)
        {
            return holder.GetType().GetField(name, Any)?.GetValue(holder);
        }
    }
}
