namespace Verigator
{
    /// <summary>The reply cannot be believed: it breaks the contract.</summary>
    public class ProtocolException : VerigatorException
    {
        internal ProtocolException(Failure failure)
            : base(failure)
        {
        }
    }

    /// <summary>
    /// The reply is larger than the limit, <see cref="ClientOptions.MaxResponseBytes"/>.
    /// </summary>
    public sealed class ResponseTooLargeException : ProtocolException
    {
        internal ResponseTooLargeException(Failure failure)
            : base(failure)
        {
        }
    }
}
