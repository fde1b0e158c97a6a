namespace Verigator
{
    /// <summary>A link by which a user sets an authenticator app up. It does not change.</summary>
    /// <remarks>Whoever opens it sets an app up: it is given to its user alone, and not logged.</remarks>
    public sealed class EnrolmentLink
    {
        internal EnrolmentLink(string url, string expiresAt, bool replaced)
        {
            Url = url;
            ExpiresAt = expiresAt;
            Replaced = replaced;
        }

        /// <summary>Where the user opens it: https, or http at a server for development.</summary>
        public string Url { get; }

        /// <summary>When it ends, as the server says it (RFC 3339).</summary>
        public string ExpiresAt { get; }

        /// <summary>Whether it ended a link that was good, or an enrolment that was not confirmed.</summary>
        public bool Replaced { get; }
    }
}
