package com.messente.verigator.exceptions;

/** The account may not touch this service or user (403). */
public class ResourceForbiddenException extends VerigatorException {
    private static final long serialVersionUID = 1L;

    /** Makes one without a message. */
    public ResourceForbiddenException() {}

    /**
     * Makes one with a message.
     *
     * @param message what a person reads
     */
    public ResourceForbiddenException(String message) {
        super(message);
    }

    ResourceForbiddenException(String message, Details details) {
        super(message, details);
    }
}
