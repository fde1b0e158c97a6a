package com.messente.verigator.serializers;

/**
 * A link by which a user sets an authenticator app up. Whoever opens it sets an app up: it is given
 * to its user alone, and is not in {@code toString}.
 *
 * <p>It does not change, and any thread may read it.
 */
public class EnrolmentLinkResponse {
    private final String url;
    private final String expiresAt;
    private final boolean replaced;

    /**
     * Makes one from its parts, as tests do.
     *
     * @param url where the user opens it
     * @param expiresAt when it ends
     * @param replaced whether it ended another one, or an enrolment that was not confirmed
     */
    public EnrolmentLinkResponse(String url, String expiresAt, boolean replaced) {
        this.url = url;
        this.expiresAt = expiresAt;
        this.replaced = replaced;
    }

    /**
     * Returns where the user opens it.
     *
     * @return https, or http at a server for development
     */
    public String getUrl() {
        return url;
    }

    /**
     * Returns when it ends, as the server says it.
     *
     * @return a time as in RFC 3339
     */
    public String getExpiresAt() {
        return expiresAt;
    }

    /**
     * Tells whether it ended a link that was good, or an enrolment that was not confirmed.
     *
     * @return whether it did
     */
    public boolean isReplaced() {
        return replaced;
    }

    @Override
    public String toString() {
        return "EnrolmentLinkResponse{expiresAt='" + expiresAt + "', replaced=" + replaced + '}';
    }
}
