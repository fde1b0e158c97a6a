package com.messente.verigator.serializers;

/**
 * Why a PIN is not accepted.
 *
 * <p>It does not change, and any thread may read it.
 */
public class VerificationStatus {
    private final boolean throttled;
    private final boolean expired;
    private final boolean invalid;
    private final String result;

    /**
     * Makes one from its parts, as tests do.
     *
     * @param throttled whether there were too many checks
     * @param expired whether the PIN was too old
     * @param invalid whether the PIN was wrong
     * @param result the service's word for it, or {@code null}
     */
    public VerificationStatus(boolean throttled, boolean expired, boolean invalid, String result) {
        this.throttled = throttled;
        this.expired = expired;
        this.invalid = invalid;
        this.result = result;
    }

    /**
     * Tells whether there were too many checks: wait before the next one.
     *
     * @return true if the service said so
     */
    public boolean isThrottled() {
        return throttled;
    }

    /**
     * Tells whether the PIN was too old.
     *
     * @return true if the service said so
     */
    public boolean isExpired() {
        return expired;
    }

    /**
     * Tells whether the PIN was wrong.
     *
     * @return true if the service said so
     */
    public boolean isInvalid() {
        return invalid;
    }

    /**
     * Returns the service's word for the outcome.
     *
     * @return such as {@code "INVALID"}, or {@code null} if it gave none
     */
    public String getResult() {
        return result;
    }

    @Override
    public String toString() {
        return "VerificationStatus{throttled="
                + throttled
                + ", expired="
                + expired
                + ", invalid="
                + invalid
                + ", result='"
                + result
                + "'}";
    }
}
