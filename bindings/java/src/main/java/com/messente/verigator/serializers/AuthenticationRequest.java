package com.messente.verigator.serializers;

/** What programs of the official client may make; this library itself does not. */
public class AuthenticationRequest {
    final String method;

    /**
     * Makes one.
     *
     * @param method {@code "sms"} or {@code "totp"}
     */
    public AuthenticationRequest(String method) {
        this.method = method;
    }
}
