package com.messente.verigator.exceptions;

import com.messente.verigator.VerigatorResponse;

/** What programs of the official client may call; this library itself does not. */
public class Helpers {
    /** Makes nothing of use: all methods are static. */
    public Helpers() {}

    /**
     * Throws the exception of a response's status, unless it is the expected one.
     *
     * @param response a response
     * @param expectedStatus the HTTP status of success
     * @throws VerigatorException of the class that belongs to the status, with the body as message
     */
    public static void validateCommon(VerigatorResponse response, int expectedStatus)
            throws VerigatorException {
        int status = response.getStatusCode();
        if (status != expectedStatus) {
            String body = response.getResponseBody();
            throw Failure.of(status, "UNKNOWN", 6, status, body, null, null, null, -1, true, false);
        }
    }

    /**
     * Tells whether a string is {@code null} or empty.
     *
     * @param input a string or {@code null}
     * @return whether there is nothing in it
     */
    public static boolean isEmpty(String input) {
        return input == null || input.isEmpty();
    }
}
