package com.messente.verigator;

/** What programs of the official client may make; this library itself does not. */
public class VerigatorResponse {
    private final String responseBody;
    private final int statusCode;

    /**
     * Makes one.
     *
     * @param responseBody the body
     * @param statusCode the HTTP status
     */
    public VerigatorResponse(String responseBody, int statusCode) {
        this.responseBody = responseBody;
        this.statusCode = statusCode;
    }

    /**
     * Returns the body.
     *
     * @return the body
     */
    public String getResponseBody() {
        return responseBody;
    }

    /**
     * Returns the HTTP status.
     *
     * @return such as 200
     */
    public int getStatusCode() {
        return statusCode;
    }

    /** Says the status alone: a body may hold what logs must not. */
    @Override
    public String toString() {
        return "VerigatorResponse{statusCode=" + statusCode + '}';
    }
}
