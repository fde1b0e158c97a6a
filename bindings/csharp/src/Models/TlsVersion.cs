namespace Verigator
{
    /// <summary>A version of TLS.</summary>
    public enum TlsVersion
    {
        /// <summary>RFC 5246.</summary>
        Tls12 = Raw.VERIGATOR_TLS_1_2,

        /// <summary>RFC 8446.</summary>
        Tls13 = Raw.VERIGATOR_TLS_1_3,
    }
}
