package com.messente.verigator.exceptions;

/**
 * The call failed for a reason that has no class of its own: the service was not reached or did not
 * answer in time ({@link ErrorKind#NETWORK}, {@link ErrorKind#TIMEOUT}), its answer cannot be
 * believed ({@link ErrorKind#PROTOCOL}), it answered with another status such as 429 or 503 ({@link
 * ErrorKind#SERVICE}), or the call was ended by an interrupt, by its future or by {@link
 * com.messente.verigator.Verigator#close()} ({@link ErrorKind#CANCELLED}). {@link #getKind()} and
 * {@link #getStatus()} say which.
 */
public class VerigatorInternalError extends VerigatorException {
    private static final long serialVersionUID = 1L;

    /** Makes one without a message. */
    public VerigatorInternalError() {}

    /**
     * Makes one with a message.
     *
     * @param message what a person reads
     */
    public VerigatorInternalError(String message) {
        super(message);
    }

    VerigatorInternalError(String message, Details details) {
        super(message, details);
    }
}
