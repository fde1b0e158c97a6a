namespace Verigator
{
    /// <summary>The service answered with an error status: see HttpStatus.</summary>
    public class ServiceException : VerigatorException
    {
        internal ServiceException(Failure failure)
            : base(failure)
        {
        }
    }

    /// <summary>401: the API username or password is missing or wrong.</summary>
    public sealed class UnauthorizedException : ServiceException
    {
        internal UnauthorizedException(Failure failure)
            : base(failure)
        {
        }
    }

    /// <summary>403: the account may not touch this resource.</summary>
    public sealed class ForbiddenException : ServiceException
    {
        internal ForbiddenException(Failure failure)
            : base(failure)
        {
        }
    }

    /// <summary>404: no such service, user, enrolment or pending verification.</summary>
    public sealed class NotFoundException : ServiceException
    {
        internal NotFoundException(Failure failure)
            : base(failure)
        {
        }
    }

    /// <summary>409: it exists already, or an authentication cannot start now.</summary>
    public sealed class ConflictException : ServiceException
    {
        internal ConflictException(Failure failure)
            : base(failure)
        {
        }
    }

    /// <summary>422 or 400: a value is not acceptable to the service.</summary>
    public sealed class UnprocessableDataException : ServiceException
    {
        internal UnprocessableDataException(Failure failure)
            : base(failure)
        {
        }
    }

    /// <summary>
    /// The server has no such route (501): verigator-server has it, the hosted service has not. It
    /// may have answered 404 or 405, which is then the HttpStatus. Nothing was done.
    /// </summary>
    public sealed class RouteNotSupportedException : ServiceException
    {
        internal RouteNotSupportedException(Failure failure)
            : base(failure)
        {
        }
    }

    /// <summary>429: too many requests; see RetryAfter.</summary>
    public sealed class TooManyRequestsException : ServiceException
    {
        internal TooManyRequestsException(Failure failure)
            : base(failure)
        {
        }
    }

    /// <summary>5xx: the service, or a gateway before it, failed; see RetryAfter.</summary>
    public sealed class ServerException : ServiceException
    {
        internal ServerException(Failure failure)
            : base(failure)
        {
        }
    }
}
