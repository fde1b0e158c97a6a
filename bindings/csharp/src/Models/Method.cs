namespace Verigator
{
    /// <summary>A way to prove a login.</summary>
    public enum Method
    {
        /// <summary>A PIN in a text message.</summary>
        Sms = Raw.VERIGATOR_METHOD_SMS,

        /// <summary>A code from an authenticator app (RFC 6238).</summary>
        Totp = Raw.VERIGATOR_METHOD_TOTP,

        /// <summary>One of the user's recovery codes. A verification may have had it; none starts with it.</summary>
        RecoveryCode = Raw.VERIGATOR_METHOD_RECOVERY_CODE,
    }
}
