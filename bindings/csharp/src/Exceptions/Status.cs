namespace Verigator
{
    /// <summary>What a call came to. The numbers are permanent.</summary>
    /// <remarks>Another positive number is the HTTP status that the service answered.</remarks>
    public enum Status
    {
        /// <summary>Success.</summary>
        Ok = Raw.VERIGATOR_OK,

        /// <summary>An argument is missing, malformed or out of its limits.</summary>
        InvalidArgument = Raw.VERIGATOR_INVALID_ARGUMENT,

        /// <summary>A handle is none, or was freed.</summary>
        InvalidHandle = Raw.VERIGATOR_INVALID_HANDLE,

        /// <summary>An option, or the options together, cannot be used.</summary>
        InvalidConfig = Raw.VERIGATOR_INVALID_CONFIG,

        /// <summary>The client was closed before the call.</summary>
        Closed = Raw.VERIGATOR_CLOSED,

        /// <summary>The name of the server or proxy could not be resolved.</summary>
        Dns = Raw.VERIGATOR_DNS,

        /// <summary>No connection could be made.</summary>
        Connect = Raw.VERIGATOR_CONNECT,

        /// <summary>TLS failed.</summary>
        Tls = Raw.VERIGATOR_TLS,

        /// <summary>The connection broke after it was made.</summary>
        Disconnected = Raw.VERIGATOR_DISCONNECTED,

        /// <summary>The deadline passed before the reply was there.</summary>
        Timeout = Raw.VERIGATOR_TIMEOUT,

        /// <summary>The call was cancelled, or its client closed.</summary>
        Cancelled = Raw.VERIGATOR_CANCELLED,

        /// <summary>The proxy failed or refused.</summary>
        Proxy = Raw.VERIGATOR_PROXY,

        /// <summary>The reply cannot be believed.</summary>
        Protocol = Raw.VERIGATOR_PROTOCOL,

        /// <summary>The reply is larger than the limit.</summary>
        TooLarge = Raw.VERIGATOR_TOO_LARGE,

        /// <summary>This process ran out of something.</summary>
        System = Raw.VERIGATOR_SYSTEM,

        /// <summary>The library has a defect.</summary>
        Panic = Raw.VERIGATOR_PANIC,

        /// <summary>400.</summary>
        BadRequest = Raw.VERIGATOR_BAD_REQUEST,

        /// <summary>401: the API username or password is missing or wrong.</summary>
        Unauthorized = Raw.VERIGATOR_UNAUTHORIZED,

        /// <summary>403: the account may not touch this resource.</summary>
        Forbidden = Raw.VERIGATOR_FORBIDDEN,

        /// <summary>404: no such service, user, enrolment or pending verification.</summary>
        NotFound = Raw.VERIGATOR_NOT_FOUND,

        /// <summary>409: it exists already, or an authentication cannot start now.</summary>
        Conflict = Raw.VERIGATOR_CONFLICT,

        /// <summary>422: a value is not acceptable to the service.</summary>
        InvalidData = Raw.VERIGATOR_INVALID_DATA,

        /// <summary>429.</summary>
        TooManyRequests = Raw.VERIGATOR_TOO_MANY_REQUESTS,

        /// <summary>500.</summary>
        InternalServerError = Raw.VERIGATOR_INTERNAL_SERVER_ERROR,

        /// <summary>501: the server has no such route.</summary>
        NotSupported = Raw.VERIGATOR_NOT_SUPPORTED,

        /// <summary>502.</summary>
        BadGateway = Raw.VERIGATOR_BAD_GATEWAY,

        /// <summary>503.</summary>
        ServiceUnavailable = Raw.VERIGATOR_SERVICE_UNAVAILABLE,

        /// <summary>504.</summary>
        GatewayTimeout = Raw.VERIGATOR_GATEWAY_TIMEOUT,
    }
}
