using System;
using System.Threading;
using System.Threading.Tasks;

namespace Verigator
{
    // What the calls of a client are made with. The thread of its queue does not hold it, so that one is
    // collected that nobody closed.
    internal sealed class Context
    {
        private static readonly Action<object> CancelCall = Cancel;

        private readonly Handles handles;
        private readonly Action<LogLevel, string> log;

        internal Context(CtxHandle context, Action<LogLevel, string> log)
        {
            handles = new Handles(context);
            this.log = log;
        }

        ~Context()
        {
            handles?.Close();
        }

        // Makes a call and waits for it on this thread.
        internal T Run<T>(Operation<T> operation, CancellationToken token)
        {
            using (CallHandle call = operation.Call(handles.Context))
            {
                using (token.Register(CancelCall, call))
                {
                    if (Raw.verigator_call_run(call) != Raw.VERIGATOR_OK)
                    {
                        // What the service said may be a secret, and the call has it.
                        Raw.verigator_clear_error();
                        Handles.StayIfAllEnds();
                    }
                }
                return Outcome(operation, call, token);
            }
        }

        // Has a call made by the queue. Whoever cancels it waits for its end all the same, which comes
        // soon: an answer that was there first is kept, and what may have been sent is known.
        internal async Task<T> RunAsync<T>(Operation<T> operation, CancellationToken token)
        {
            using (CallHandle call = operation.Call(handles.Context))
            {
                // Outside of all locks, since it may run here and now.
                using (token.Register(CancelCall, call, false))
                {
                    await handles.Queue().Submit(call).ConfigureAwait(false);
                }
                return Outcome(operation, call, token);
            }
        }

        // Closes the connections that no call uses; a closed context has none.
        internal void CloseIdle()
        {
            if (Raw.verigator_ctx_close_idle(handles.Context) != Raw.VERIGATOR_OK)
            {
                Raw.verigator_clear_error();
            }
        }

        // Ends the calls that wait, and refuses those to come; again, it does nothing.
        internal void Close()
        {
            handles.Close();
            GC.SuppressFinalize(this);
        }

        // Of this object, so that a call under way holds it: its finalizer would end the call.
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
