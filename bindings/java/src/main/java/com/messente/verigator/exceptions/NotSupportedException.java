package com.messente.verigator.exceptions;

/**
 * The server has no such route (501): {@code verigator-server} has it, the hosted service has not.
 *
 * <p>It may have answered 404 or 405, which is then the {@linkplain #getHttpStatus HTTP status}.
 * Nothing was done.
 */
public class NotSupportedException extends VerigatorException {
    private static final long serialVersionUID = 1L;

    /** Makes one without a message. */
    public NotSupportedException() {}

    /**
     * Makes one with a message.
     *
     * @param message what a person reads
     */
    public NotSupportedException(String message) {
        super(message);
    }

    NotSupportedException(String message, Details details) {
        super(message, details);
    }
}
