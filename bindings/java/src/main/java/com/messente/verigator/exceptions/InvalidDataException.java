package com.messente.verigator.exceptions;

/** The service does not accept a value (422, or 400). */
public class InvalidDataException extends VerigatorException {
    private static final long serialVersionUID = 1L;

    /** Makes one without a message. */
    public InvalidDataException() {}

    /**
     * Makes one with a message.
     *
     * @param message what a person reads
     */
    public InvalidDataException(String message) {
        super(message);
    }

    InvalidDataException(String message, Details details) {
        super(message, details);
    }
}
