namespace Verigator
{
    /// <summary>This process ran out of something, or the library has a defect.</summary>
    public sealed class InternalException : VerigatorException
    {
        internal InternalException(Failure failure)
            : base(failure)
        {
        }
    }
}
