package com.messente.verigator.exceptions;

/** The service or user exists already, or an authentication cannot start now (409). */
public class ResourceAlreadyExists extends VerigatorException {
    private static final long serialVersionUID = 1L;

    /** Makes one without a message. */
    public ResourceAlreadyExists() {}

    /**
     * Makes one with a message.
     *
     * @param message what a person reads
     */
    public ResourceAlreadyExists(String message) {
        super(message);
    }

    ResourceAlreadyExists(String message, Details details) {
        super(message, details);
    }
}
