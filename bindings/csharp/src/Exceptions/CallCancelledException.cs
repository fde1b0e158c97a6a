namespace Verigator
{
    /// <summary>
    /// The client was closed while the call waited: see MaybeSent. Of a call that a token
    /// cancelled, it is inside the VerigatorCanceledException.
    /// </summary>
    public sealed class CallCancelledException : VerigatorException
    {
        internal CallCancelledException(Failure failure)
            : base(failure)
        {
        }
    }
}
