namespace Verigator
{
    /// <summary>What an authenticator app is enrolled with. It does not change.</summary>
    /// <remarks>All but Replaced is the secret in some form: it is shown to its user once, and not logged.</remarks>
    public sealed class Enrolment
    {
        internal Enrolment(string secret, string uri, string qrSvg, bool replaced)
        {
            Secret = secret;
            Uri = uri;
            QrSvg = qrSvg;
            Replaced = replaced;
        }

        /// <summary>The secret in base32 (RFC 4648 section 6), for who cannot scan.</summary>
        public string Secret { get; }

        /// <summary>The same as a URI for the app, which begins with otpauth://.</summary>
        public string Uri { get; }

        /// <summary>The URI as a QR code, an SVG image.</summary>
        public string QrSvg { get; }

        /// <summary>Whether an enrolment that was begun before and not confirmed has ended by this one.</summary>
        public bool Replaced { get; }
    }
}
