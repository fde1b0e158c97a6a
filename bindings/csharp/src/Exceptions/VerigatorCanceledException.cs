using System;
using System.Threading;

namespace Verigator
{
    /// <summary>
    /// The token of a call was cancelled, and the call ended by that. What became of it is the
    /// <see cref="Exception.InnerException"/>, a <see cref="CallCancelledException"/>.
    /// </summary>
    public sealed class VerigatorCanceledException : OperationCanceledException
    {
        internal VerigatorCanceledException(CallCancelledException cancelled, CancellationToken token)
            : base(cancelled.Message, cancelled, token)
        {
            MaybeSent = cancelled.MaybeSent;
        }

        /// <summary>Whether bytes of the request may have reached the service.</summary>
        public bool MaybeSent { get; }
    }
}
