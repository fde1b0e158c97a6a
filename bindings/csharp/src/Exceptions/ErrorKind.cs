namespace Verigator
{
    /// <summary>What a program does about a failure, coarser than its status.</summary>
    public enum ErrorKind
    {
        /// <summary>The call itself was wrong: mend the program or its configuration. Nothing was sent.</summary>
        Usage = Raw.VERIGATOR_KIND_USAGE,

        /// <summary>The service was not reached, or the connection broke.</summary>
        Network = Raw.VERIGATOR_KIND_NETWORK,

        /// <summary>The deadline passed before the reply was there.</summary>
        Timeout = Raw.VERIGATOR_KIND_TIMEOUT,

        /// <summary>The call was cancelled, or its client closed.</summary>
        Cancelled = Raw.VERIGATOR_KIND_CANCELLED,

        /// <summary>The reply cannot be believed: it breaks the contract.</summary>
        Protocol = Raw.VERIGATOR_KIND_PROTOCOL,

        /// <summary>The service answered with an error status.</summary>
        Service = Raw.VERIGATOR_KIND_SERVICE,

        /// <summary>This process ran out of something, or the library has a defect.</summary>
        Internal = Raw.VERIGATOR_KIND_INTERNAL,
    }
}
