namespace Verigator
{
    /// <summary>How far the enrolment of a user's authenticator app has come. It does not change.</summary>
    public sealed class TotpState
    {
        internal TotpState(bool confirmed, bool pending)
        {
            Confirmed = confirmed;
            Pending = pending;
        }

        /// <summary>Whether an app is confirmed, so that logins use it.</summary>
        public bool Confirmed { get; }

        /// <summary>Whether an enrolment was begun that waits for its first token.</summary>
        public bool Pending { get; }
    }
}
