package com.messente.verigator;

/** A version of TLS. Nothing older than 1.2 is spoken. */
public enum TlsVersion {
    /** TLS 1.2 (RFC 5246). */
    TLS_1_2(12),
    /** TLS 1.3 (RFC 8446). */
    TLS_1_3(13);

    final int number;

    TlsVersion(int number) {
        this.number = number;
    }
}
