using System.Diagnostics.CodeAnalysis;

namespace Verigator
{
    /// <summary>A started authentication that waits for its token. It does not change.</summary>
    /// <remarks>Where another process verifies, store its two parts and make it again from them.</remarks>
    public sealed class Challenge
    {
        /// <summary>Makes one again from its parts, as they were stored.</summary>
        /// <param name="method">The method that is really used.</param>
        /// <param name="authId">The id of this authentication, or null if the service gave none.</param>
        public Challenge(Method method, [AllowNull] string authId = null)
        {
            Method = method;
            AuthId = authId;
        }

        /// <summary>The method that is really used.</summary>
        public Method Method { get; }

        /// <summary>The id of this authentication, or null if the service gave none.</summary>
        [MaybeNull]
        public string AuthId { get; }
    }
}
