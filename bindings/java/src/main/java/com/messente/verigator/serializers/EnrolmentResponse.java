package com.messente.verigator.serializers;

/**
 * What an authenticator app is enrolled with. All but {@link #isReplaced} is the secret in some
 * form: it is shown to its user once, and is not in {@code toString}.
 *
 * <p>It does not change, and any thread may read it.
 */
public class EnrolmentResponse {
    private final String secret;
    private final String uri;
    private final String qrSvg;
    private final boolean replaced;

    /**
     * Makes one from its parts, as tests do.
     *
     * @param secret in base32
     * @param uri for the app
     * @param qrSvg the URI as a QR code
     * @param replaced whether an enrolment that was not confirmed has ended by this one
     */
    public EnrolmentResponse(String secret, String uri, String qrSvg, boolean replaced) {
        this.secret = secret;
        this.uri = uri;
        this.qrSvg = qrSvg;
        this.replaced = replaced;
    }

    /**
     * Returns the secret, for who cannot scan.
     *
     * @return base32 (RFC 4648 section 6)
     */
    public String getSecret() {
        return secret;
    }

    /**
     * Returns the secret as a URI for the app.
     *
     * @return one that begins with {@code otpauth://}
     */
    public String getUri() {
        return uri;
    }

    /**
     * Returns the URI as a QR code.
     *
     * @return an SVG image
     */
    public String getQrSvg() {
        return qrSvg;
    }

    /**
     * Tells whether an enrolment that was begun before and not confirmed has ended by this one.
     *
     * @return whether it has
     */
    public boolean isReplaced() {
        return replaced;
    }

    @Override
    public String toString() {
        return "EnrolmentResponse{replaced=" + replaced + '}';
    }
}
