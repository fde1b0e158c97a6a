using System;
using System.Collections.Generic;
using System.Threading;

namespace Verigator
{
    // The native handles of one client: its context, and the queue, if it has one. Closed, they are kept, so that
    // the native library tells later calls what became of it.
    internal sealed class Handles
    {
        // Those that are open.
        private static readonly HashSet<Handles> Open = new HashSet<Handles>();

        private static volatile bool isEnding;

        private readonly object guard = new object();
        private CallQueue queue;
        private bool isClosed;

        static Handles()
        {
            // What is unloaded, and Mono at its end, waits for all threads, and cannot end one that waits in
            // native code. Where the process ends without waiting, what runs at its end may make calls.
            AppDomain.CurrentDomain.DomainUnload += CloseAll;
            if (Loader.IsMono)
            {
                AppDomain.CurrentDomain.ProcessExit += CloseAll;
            }
        }

        internal Handles(CtxHandle context)
        {
            Context = context;
            lock (Open)
            {
                Open.Add(this);
            }
        }

        internal CtxHandle Context { get; }

        // The queue, which a program without tasks never has.
        internal CallQueue Queue()
        {
            lock (guard)
            {
                if (queue == null)
                {
                    queue = isClosed ? CallQueue.Closed(Context) : CallQueue.Begin(Context);
                }
                return queue;
            }
        }

        // Ends the calls that wait, and refuses those to come; again, it does nothing.
        internal void Close()
        {
            lock (Open)
            {
                Open.Remove(this);
            }
            lock (guard)
            {
                if (isClosed)
                {
                    return;
                }
                isClosed = true;
                queue?.Close();
            }
            if (Raw.verigator_ctx_close(Context) != Raw.VERIGATOR_OK)
            {
                Raw.verigator_clear_error();
            }
        }

        // A thread whose call ended only since the process, or its domain, ends goes on with nothing else: here it
        // can be ended. The limit is for a program that waits for it at its end.
        internal static void StayIfAllEnds()
        {
            if (isEnding)
            {
                Thread.Sleep(TimeSpan.FromMinutes(1));
            }
        }

        private static void CloseAll(object sender, EventArgs arguments)
        {
            isEnding = true;
            Handles[] all;
            lock (Open)
            {
                all = new Handles[Open.Count];
                Open.CopyTo(all);
            }
            foreach (Handles each in all)
            {
                each.Close();
            }
        }
    }
}
