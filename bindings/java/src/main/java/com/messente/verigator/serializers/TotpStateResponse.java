package com.messente.verigator.serializers;

/**
 * How far the enrolment of a user's authenticator app has come.
 *
 * <p>It does not change, and any thread may read it.
 */
public class TotpStateResponse {
    private final boolean confirmed;
    private final boolean pending;

    /**
     * Makes one from its parts, as tests do.
     *
     * @param confirmed whether logins use an app
     * @param pending whether an enrolment waits for its first token
     */
    public TotpStateResponse(boolean confirmed, boolean pending) {
        this.confirmed = confirmed;
        this.pending = pending;
    }

    /**
     * Tells whether an app is confirmed, so that logins use it.
     *
     * @return whether one is
     */
    public boolean isConfirmed() {
        return confirmed;
    }

    /**
     * Tells whether an enrolment was begun that waits for its first token.
     *
     * @return whether one waits
     */
    public boolean isPending() {
        return pending;
    }

    @Override
    public String toString() {
        return "TotpStateResponse{confirmed=" + confirmed + ", pending=" + pending + '}';
    }
}
