package com.messente.verigator.serializers;

/** What programs of the official client may make; this library itself does not. */
public class RegisterUserRequest {
    /** The phone number with its country prefix. */
    public String phoneNumber;

    /** The caller's own name for the user. */
    public String username;

    /**
     * Makes one.
     *
     * @param phoneNumber the phone number with its country prefix
     * @param username the caller's own name for the user
     */
    public RegisterUserRequest(String phoneNumber, String username) {
        this.phoneNumber = phoneNumber;
        this.username = username;
    }
}
