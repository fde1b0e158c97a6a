package com.messente.verigator.exceptions;

/** The API username or password is missing or wrong (401). */
public class WrongCredentialsException extends VerigatorException {
    private static final long serialVersionUID = 1L;

    /** Makes one without a message. */
    public WrongCredentialsException() {}

    /**
     * Makes one with a message.
     *
     * @param message what a person reads
     */
    public WrongCredentialsException(String message) {
        super(message);
    }

    WrongCredentialsException(String message, Details details) {
        super(message, details);
    }
}
