using System;

namespace Verigator
{
    // Hands the log lines that a call kept to who wants them.
    internal static class LogLines
    {
        // What the receiver throws is dropped: a log must not change what a call comes to.
        internal static void HandOver(CallHandle call, Action<LogLevel, string> receiver)
        {
            for (var index = UIntPtr.Zero;; index = UIntPtr.Add(index, 1))
            {
                int level = Raw.verigator_call_log_level(call, index);
                if (level == 0)
                {
                    return;
                }
                string line = Text.Out(Raw.verigator_call_log_message(call, index));
                try
                {
                    receiver((LogLevel)level, line);
                }
                catch (Exception)
                {
                    continue;
                }
            }
        }
    }
}
