using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;

namespace Verigator
{
    // The native queue of one client, and the one thread that waits for what comes out of it. Nothing of
    // the program runs on that thread, so that nothing of the program can hold it up; and no thread of the
    // native library ever runs code of .NET.
    internal sealed class CallQueue
    {
        // The queue wakes its thread at once; this is how long it waits when there is nothing to do.
        private const long AnHourMs = 3600000;

        private static readonly WaitCallback End = EndCall;

        private readonly QueueHandle queue;

        // Who waits for the end of a call, by the value of the call's handle. No value is given twice.
        private readonly ConcurrentDictionary<IntPtr, TaskCompletionSource<bool>> underWay =
            new ConcurrentDictionary<IntPtr, TaskCompletionSource<bool>>();

        private CallQueue(QueueHandle queue)
        {
            this.queue = queue;
        }

        // Makes one for calls of this context, and begins its thread.
        internal static CallQueue Begin(CtxHandle context)
        {
            CallQueue begun = Make(context);
            var thread = new Thread(begun.TakeOut) { IsBackground = true, Name = "verigator" };
            thread.Start();
            return begun;
        }

        // Makes one for calls of a closed context: it refuses each, and has no thread.
        internal static CallQueue Closed(CtxHandle context)
        {
            CallQueue closed = Make(context);
            closed.Close();
            return closed;
        }

        private static CallQueue Make(CtxHandle context)
        {
            Failure.Check(Raw.verigator_queue_new(context, out QueueHandle queue));
            return new CallQueue(queue);
        }

        // Has a call made. What is returned ends when the call has, and tells nothing else.
        internal Task Submit(CallHandle call)
        {
            // What hangs on it runs where it is ended, which is a thread of the pool: there it may block.
            var ended = new TaskCompletionSource<bool>();
            IntPtr name = call.DangerousGetHandle();
            underWay[name] = ended;
            int status = Raw.verigator_call_submit(call, queue, 0);
            if (status != Raw.VERIGATOR_OK)
            {
                underWay.TryRemove(name, out ended);
                Failure.Check(status);
            }
            return ended.Task;
        }

        // Cancels what is under way; all of it still comes out, and then the thread ends. What is
        // submitted later is told that the queue is closed.
        internal void Close()
        {
            if (Raw.verigator_queue_close(queue) != Raw.VERIGATOR_OK)
            {
                Raw.verigator_clear_error();
            }
        }

        private static void EndCall(object ended)
        {
            ((TaskCompletionSource<bool>)ended).TrySetResult(true);
        }

        private void TakeOut()
        {
            int status = Raw.VERIGATOR_OK;
            while (status == Raw.VERIGATOR_OK || status == Raw.VERIGATOR_PENDING ||
                status == Raw.VERIGATOR_EMPTY)
            {
                status = Raw.verigator_queue_next(queue, AnHourMs, out IntPtr call);
                if (status == Raw.VERIGATOR_OK && underWay.TryRemove(call, out var ended))
                {
                    // Not on this thread: for Mono's collector what it left on the stack would be in use for as
                    // long as the next call takes.
                    ThreadPool.UnsafeQueueUserWorkItem(End, ended);
                }
            }
        }
    }
}
