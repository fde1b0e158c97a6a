package com.messente.verigator.serializers;

/**
 * A started authentication: how the user proves the login.
 *
 * <p>It does not change, and any thread may read it.
 */
public class AuthenticationResponse {
    private final String method;
    private final String authId;

    /** Makes one that says nothing. */
    public AuthenticationResponse() {
        this(null, null);
    }

    /**
     * Makes one from its parts, as another process that started it may have stored them.
     *
     * @param method {@code "sms"} or {@code "totp"}
     * @param authId the id of the authentication, or {@code null}
     */
    public AuthenticationResponse(String method, String authId) {
        this.method = method;
        this.authId = authId;
    }

    /**
     * Returns the method that is really used.
     *
     * @return {@code "sms"} or {@code "totp"}
     */
    public String getMethod() {
        return method;
    }

    /**
     * Returns the id of this authentication.
     *
     * @return the id, or {@code null} if the service gave none
     */
    public String getAuthId() {
        return authId;
    }

    @Override
    public String toString() {
        return "AuthenticationResponse{method='" + method + "', authId='" + authId + "'}";
    }
}
