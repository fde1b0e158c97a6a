namespace Verigator
{
    /// <summary>The service was not reached, or the connection broke.</summary>
    public class NetworkException : VerigatorException
    {
        internal NetworkException(Failure failure)
            : base(failure)
        {
        }
    }

    /// <summary>The name of the server or proxy could not be resolved. Nothing was sent.</summary>
    public sealed class NameLookupException : NetworkException
    {
        internal NameLookupException(Failure failure)
            : base(failure)
        {
        }
    }

    /// <summary>No connection could be made. Nothing was sent.</summary>
    public sealed class ConnectException : NetworkException
    {
        internal ConnectException(Failure failure)
            : base(failure)
        {
        }
    }

    /// <summary>
    /// TLS failed: certificate, host name, pinned key, version, or a peer that speaks no TLS.
    /// </summary>
    public sealed class TlsException : NetworkException
    {
        internal TlsException(Failure failure)
            : base(failure)
        {
        }
    }

    /// <summary>The connection broke after it was made: see MaybeSent.</summary>
    public sealed class DisconnectedException : NetworkException
    {
        internal DisconnectedException(Failure failure)
            : base(failure)
        {
        }
    }

    /// <summary>
    /// The proxy could not be reached, wants other credentials, or did not open the way. Nothing
    /// was sent to the service.
    /// </summary>
    public sealed class ProxyException : NetworkException
    {
        internal ProxyException(Failure failure)
            : base(failure)
        {
        }
    }
}
