package com.messente.verigator.exceptions;

import java.time.Duration;

/**
 * A call failed. The subclass says how, {@link #getKind()} what to do about it, and {@link
 * #getStatus()} exactly what happened.
 *
 * <p>An exception is never a yes: a login is verified only when {@link
 * com.messente.verigator.User#verifyPin(String)} returned and its answer says so.
 *
 * <p>{@link #getMessage()} is one line for a person and safe to print: it holds no password and no
 * PIN, and what the service said stands in it without control characters.
 */
public class VerigatorException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Everything known but the message. */
    private final Details details;

    /** Makes one without a message. */
    public VerigatorException() {
        this(null);
    }

    /**
     * Makes one with a message.
     *
     * @param message what a person reads
     */
    public VerigatorException(String message) {
        this(message, Details.UNKNOWN);
    }

    VerigatorException(String message, Details details) {
        super(message);
        this.details = details;
    }

    /**
     * Returns what went wrong as one permanent number, that of the C API.
     *
     * @return positive: the HTTP status that the service answered, or 501 for a route that it has
     *     not; negative: it arose on this side (such as -14, the deadline passed); 0 for an
     *     exception that did not come from a call
     */
    public int getStatus() {
        return details.status;
    }

    /**
     * Returns the name of the status, for logs.
     *
     * @return such as {@code "NOT_FOUND"}; {@code "UNKNOWN"} for a status without a name
     */
    public String getStatusName() {
        return details.statusName;
    }

    /**
     * Returns the kind of failure.
     *
     * @return what a program does about it
     */
    public ErrorKind getKind() {
        return details.kind;
    }

    /**
     * Returns the HTTP status that made the call fail.
     *
     * @return such as 404; 0 if it failed otherwise
     */
    public int getHttpStatus() {
        return details.httpStatus;
    }

    /**
     * Returns the service's own message exactly as it came.
     *
     * <p>Do not print it unescaped: it is the network's.
     *
     * @return the message, or {@code null} if there is none
     */
    public String getServiceMessage() {
        return details.serviceMessage;
    }

    /**
     * Returns the body of the reply exactly as it came.
     *
     * @return a copy of the bytes, or {@code null} if none were read
     */
    public byte[] getBody() {
        return details.body == null ? null : details.body.clone();
    }

    /**
     * Returns the reply's {@code X-Request-Id}, for the operator of the service.
     *
     * @return the id, or {@code null} if there is none
     */
    public String getRequestId() {
        return details.requestId;
    }

    /**
     * Returns how long the service asked to wait ({@code Retry-After}).
     *
     * @return the time, or {@code null} if it did not ask
     */
    public Duration getRetryAfter() {
        return details.retryAfter;
    }

    /**
     * Tells whether bytes of the request may have reached the service.
     *
     * @return false only if surely none have
     */
    public boolean isMaybeSent() {
        return details.maybeSent;
    }

    /**
     * Tells whether making the same call again can do no harm, such as a second message.
     *
     * @return true if it is harmless; it may well fail again
     */
    public boolean isRetrySafe() {
        return details.retrySafe;
    }
}
