namespace Verigator
{
    /// <summary>How much a log line matters; the graver, the smaller.</summary>
    public enum LogLevel
    {
        /// <summary>A call failed.</summary>
        Error = Raw.VERIGATOR_LOG_ERROR,

        /// <summary>Something is not as it should be.</summary>
        Warn = Raw.VERIGATOR_LOG_WARN,

        /// <summary>What was done.</summary>
        Info = Raw.VERIGATOR_LOG_INFO,

        /// <summary>Each step.</summary>
        Debug = Raw.VERIGATOR_LOG_DEBUG,
    }
}
