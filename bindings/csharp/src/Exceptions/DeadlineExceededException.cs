namespace Verigator
{
    /// <summary>The deadline passed before the reply was there: see MaybeSent.</summary>
    public sealed class DeadlineExceededException : VerigatorException
    {
        internal DeadlineExceededException(Failure failure)
            : base(failure)
        {
        }
    }
}
