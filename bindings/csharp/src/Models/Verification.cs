using System.Diagnostics.CodeAnalysis;

namespace Verigator
{
    /// <summary>What the service says of a token. It does not change.</summary>
    public sealed class Verification
    {
        internal Verification(bool verified, Method? method, bool throttled, bool expired, bool invalid, string result)
        {
            Verified = verified;
            Method = method;
            Throttled = throttled;
            Expired = expired;
            Invalid = invalid;
            Result = result;
        }

        /// <summary>Whether the token proves the login. Only true is a yes.</summary>
        public bool Verified { get; }

        /// <summary>The method that was checked, or null if the service does not say.</summary>
        public Method? Method { get; }

        /// <summary>There were too many checks: wait before the next one.</summary>
        public bool Throttled { get; }

        /// <summary>The token was too old.</summary>
        public bool Expired { get; }

        /// <summary>The token was wrong.</summary>
        public bool Invalid { get; }

        /// <summary>The service's word for the outcome, such as "INVALID", or null.</summary>
        [MaybeNull]
        public string Result { get; }
    }
}
