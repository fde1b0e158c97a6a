package com.messente.verigator.exceptions;

/**
 * The call itself was wrong: an argument is {@code null}, malformed or out of its limits, an option
 * cannot be used, or the {@link com.messente.verigator.Verigator} was closed. Nothing was sent.
 */
public class InvalidInvocationError extends VerigatorException {
    private static final long serialVersionUID = 1L;

    /** Makes one without a message. */
    public InvalidInvocationError() {
        this(null);
    }

    /**
     * Makes one with a message.
     *
     * @param message what a person reads
     */
    public InvalidInvocationError(String message) {
        super(message, Details.INVALID_ARGUMENT);
    }

    InvalidInvocationError(String message, Details details) {
        super(message, details);
    }
}
