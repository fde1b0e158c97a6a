namespace Verigator
{
    /// <summary>
    /// The call itself was wrong: mend the program or its configuration. Nothing was sent.
    /// </summary>
    public class UsageException : VerigatorException
    {
        internal UsageException(Failure failure)
            : base(failure)
        {
        }
    }

    /// <summary>An argument is missing, malformed or out of its limits.</summary>
    public sealed class InvalidArgumentException : UsageException
    {
        internal InvalidArgumentException(Failure failure)
            : base(failure)
        {
        }
    }

    /// <summary>An option, or the options together, cannot be used.</summary>
    public sealed class InvalidConfigException : UsageException
    {
        internal InvalidConfigException(Failure failure)
            : base(failure)
        {
        }
    }

    /// <summary>The client was closed before the call.</summary>
    public sealed class ClosedException : UsageException
    {
        internal ClosedException(Failure failure)
            : base(failure)
        {
        }
    }
}
