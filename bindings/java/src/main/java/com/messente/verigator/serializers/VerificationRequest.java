package com.messente.verigator.serializers;

/** What programs of the official client may make; this library itself does not. */
public class VerificationRequest {
    /** The PIN. */
    public String token;

    /**
     * Makes one.
     *
     * @param token the PIN
     */
    public VerificationRequest(String token) {
        this.token = token;
    }
}
