using System;
using System.Threading;
using System.Threading.Tasks;

namespace Verigator
{
    // The native context of a client, and what calls are made with. Closed, it keeps no more than its
    // handle, so that the native library tells later calls what became of it.
    internal sealed class Context
    {
        private static readonly Action<object> CancelCall = Cancel;

        private readonly CtxHandle context;
        private readonly Action<LogLevel, string> log;
        private readonly object guard = new object();
        private CallQueue queue;
        private bool isClosed;

        internal Context(CtxHandle context, Action<LogLevel, string> log)
        {
            this.context = context;
            this.log = log;
        }

        // The thread of the queue does not hold this, so that a client is collected that nobody closed.
        ~Context()
        {
            queue?.Close();
        }

        // Makes a call and waits for it on this thread.
        internal T Run<T>(Operation<T> operation, CancellationToken token)
        {
            using (CallHandle call = operation.Call(context))
            {
                using (token.Register(CancelCall, call))
                {
                    if (Raw.verigator_call_run(call) != Raw.VERIGATOR_OK)
                    {
                        // What the service said may be a secret, and the call has it.
                        Raw.verigator_clear_error();
                    }
                }
                return Outcome(operation, call, token);
            }
        }

        // Has a call made by the queue. Whoever cancels it waits for its end all the same, which comes
        // soon: an answer that was there first is kept, and what may have been sent is known.
        internal async Task<T> RunAsync<T>(Operation<T> operation, CancellationToken token)
        {
            using (CallHandle call = operation.Call(context))
            {
                // Outside of all locks, since it may run here and now.
                using (token.Register(CancelCall, call, false))
                {
                    await Queue().Submit(call).ConfigureAwait(false);
                }
                T outcome = Outcome(operation, call, token);
                GC.KeepAlive(this);
                return outcome;
            }
        }

        // Closes the connections that no call uses; a closed context has none.
        internal void CloseIdle()
        {
            if (Raw.verigator_ctx_close_idle(context) != Raw.VERIGATOR_OK)
            {
                Raw.verigator_clear_error();
            }
        }

        // Ends the calls that wait, and refuses those to come; again, it does nothing.
        internal void Close()
        {
            lock (guard)
            {
                if (isClosed)
                {
                    return;
                }
                isClosed = true;
                queue?.Close();
            }
            Failure.Check(Raw.verigator_ctx_close(context));
            GC.SuppressFinalize(this);
        }

        // The queue, which a program without tasks never has.
        private CallQueue Queue()
        {
            lock (guard)
            {
                if (queue == null)
                {
                    queue = isClosed ? CallQueue.Closed(context) : CallQueue.Begin(context);
                }
                return queue;
            }
        }

        private T Outcome<T>(Operation<T> operation, CallHandle call, CancellationToken token)
        {
            if (log != null)
            {
                LogLines.HandOver(call, log);
            }
            try
            {
                return operation.Outcome(call);
            }
            catch (CallCancelledException cancelled) when (token.IsCancellationRequested)
            {
                throw new VerigatorCanceledException(cancelled, token);
            }
        }

        // It may come late: one that has ended stays as it is.
        private static void Cancel(object call)
        {
            if (Raw.verigator_call_cancel((CallHandle)call) != Raw.VERIGATOR_OK)
            {
                Raw.verigator_clear_error();
            }
        }
    }
}
