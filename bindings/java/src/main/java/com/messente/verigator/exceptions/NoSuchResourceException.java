package com.messente.verigator.exceptions;

/** There is no such service, user, enrolment or pending verification (404). */
public class NoSuchResourceException extends VerigatorException {
    private static final long serialVersionUID = 1L;

    /** Makes one without a message. */
    public NoSuchResourceException() {}

    /**
     * Makes one with a message.
     *
     * @param message what a person reads
     */
    public NoSuchResourceException(String message) {
        super(message);
    }

    NoSuchResourceException(String message, Details details) {
        super(message, details);
    }
}
