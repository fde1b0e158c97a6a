using System;
using System.Diagnostics.CodeAnalysis;

namespace Verigator
{
    /// <summary>A call failed. Its message is one line for a person, safe to print and to log.</summary>
    /// <remarks>
    /// An exception is never a yes: a login is verified only when <see cref="Verification.Verified"/> is
    /// true. The message says what was wrong, with which value, and what to do; it holds no password and
    /// no token.
    /// </remarks>
    public class VerigatorException : Exception
    {
        private readonly Failure failure;

        internal VerigatorException(Failure failure)
            : base(failure.Message)
        {
            this.failure = failure;
        }

        /// <summary>What exactly happened. Positive is the HTTP status that the service answered.</summary>
        public Status Status => (Status)failure.Status;

        /// <summary>The group that it belongs to, which says what to do about it.</summary>
        public ErrorKind Kind => failure.Kind;

        /// <summary>The HTTP status that made the call fail, or null if it failed otherwise.</summary>
        public int? HttpStatus => failure.HttpStatus;

        /// <summary>The service's own message exactly as it came, or null. It is the network's: do not
        /// print it unescaped.</summary>
        [MaybeNull]
        public string ServiceMessage => failure.ServiceMessage;

        /// <summary>The request id of the reply, for the operator of the service, or null.</summary>
        [MaybeNull]
        public string RequestId => failure.RequestId;

        /// <summary>How long the service asked to wait, or null if it did not.</summary>
        public TimeSpan? RetryAfter => failure.RetryAfter;

        /// <summary>Whether bytes of the request may have reached the service.</summary>
        public bool MaybeSent => failure.MaybeSent;

        /// <summary>Whether making the same call again can do no harm, such as a second message.</summary>
        public bool RetrySafe => failure.RetrySafe;

        /// <summary>A copy of the body of the reply exactly as it came, its first 64 KiB, or null if none
        /// was read. It may repeat a password or a token: treat it as a secret.</summary>
        /// <returns>The bytes, which are the caller's.</returns>
        [return: MaybeNull]
        public byte[] GetBody()
        {
            return (byte[])failure.Body?.Clone();
        }

        // The exception that stands for a failure.
        internal static VerigatorException Of(Failure failure)
        {
            switch (failure.Status)
            {
                case Raw.VERIGATOR_INVALID_ARGUMENT:
                    return new InvalidArgumentException(failure);
                case Raw.VERIGATOR_INVALID_CONFIG:
                    return new InvalidConfigException(failure);
                case Raw.VERIGATOR_CLOSED:
                    return new ClosedException(failure);
                case Raw.VERIGATOR_DNS:
                    return new NameLookupException(failure);
                case Raw.VERIGATOR_CONNECT:
                    return new ConnectException(failure);
                case Raw.VERIGATOR_TLS:
                    return new TlsException(failure);
                case Raw.VERIGATOR_DISCONNECTED:
                    return new DisconnectedException(failure);
                case Raw.VERIGATOR_PROXY:
                    return new ProxyException(failure);
                case Raw.VERIGATOR_TOO_LARGE:
                    return new ResponseTooLargeException(failure);
                case Raw.VERIGATOR_UNAUTHORIZED:
                    return new UnauthorizedException(failure);
                case Raw.VERIGATOR_FORBIDDEN:
                    return new ForbiddenException(failure);
                case Raw.VERIGATOR_NOT_FOUND:
                    return new NotFoundException(failure);
                case Raw.VERIGATOR_CONFLICT:
                    return new ConflictException(failure);
                case Raw.VERIGATOR_INVALID_DATA:
                case Raw.VERIGATOR_BAD_REQUEST:
                    return new UnprocessableDataException(failure);
                case Raw.VERIGATOR_NOT_SUPPORTED:
                    return new RouteNotSupportedException(failure);
                case Raw.VERIGATOR_TOO_MANY_REQUESTS:
                    return new TooManyRequestsException(failure);
            }
            return failure.Status >= 500 && failure.Status < 600
                ? new ServerException(failure)
                : OfKind(failure);
        }

        private static VerigatorException OfKind(Failure failure)
        {
            switch (failure.Kind)
            {
                case ErrorKind.Usage:
                    return new UsageException(failure);
                case ErrorKind.Network:
                    return new NetworkException(failure);
                case ErrorKind.Timeout:
                    return new DeadlineExceededException(failure);
                case ErrorKind.Cancelled:
                    return new CallCancelledException(failure);
                case ErrorKind.Protocol:
                    return new ProtocolException(failure);
                case ErrorKind.Service:
                    return new ServiceException(failure);
                default:
                    return new InternalException(failure);
            }
        }
    }
}
