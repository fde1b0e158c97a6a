package com.messente.verigator.serializers;

/**
 * What the service says of a PIN. Only {@link #isVerified()} is a yes.
 *
 * <p>It does not change, and any thread may read it.
 */
public class VerificationResponse {
    private final boolean verified;
    private final String method;
    private final VerificationStatus status;

    /** Makes a no. */
    public VerificationResponse() {
        this(false, null, new VerificationStatus(false, false, false, null));
    }

    /**
     * Makes one from its parts, as tests do.
     *
     * @param verified whether the PIN proves the login
     * @param method {@code "sms"}, {@code "totp"}, {@code "recovery_code"} or {@code null}
     * @param status why not
     */
    public VerificationResponse(boolean verified, String method, VerificationStatus status) {
        this.verified = verified;
        this.method = method;
        this.status = status;
    }

    /**
     * Tells whether the PIN proves the login.
     *
     * @return true only if the service said so
     */
    public boolean isVerified() {
        return verified;
    }

    /**
     * Returns the method that was checked.
     *
     * @return {@code "sms"}, {@code "totp"}, {@code "recovery_code"}, or {@code null} if the
     *     service does not say
     */
    public String getMethod() {
        return method;
    }

    /**
     * Returns why a PIN is not accepted.
     *
     * @return never {@code null}; it says nothing for a PIN that was accepted
     */
    public VerificationStatus getStatus() {
        return status;
    }

    @Override
    public String toString() {
        return "VerificationResponse{verified="
                + verified
                + ", method='"
                + method
                + "', status="
                + status
                + '}';
    }
}
