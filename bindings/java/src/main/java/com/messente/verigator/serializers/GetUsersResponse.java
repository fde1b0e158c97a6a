package com.messente.verigator.serializers;

import com.messente.verigator.User;

/** The users of a service. */
public class GetUsersResponse {
    private final User[] users;
    private final long total;

    /** Makes an empty one. */
    public GetUsersResponse() {
        this(new User[0], 0);
    }

    /**
     * Makes one from its parts, as tests do.
     *
     * @param users the users
     * @param total how many the service has
     */
    public GetUsersResponse(User[] users, long total) {
        this.users = users.clone();
        this.total = total;
    }

    /**
     * Returns the users that the service sent.
     *
     * @return a copy of the list
     */
    public User[] getUsers() {
        return users.clone();
    }

    /**
     * Returns how many users the service has, as it says.
     *
     * @return the number of users in the list, unless the service sent only some of them
     */
    public long getTotal() {
        return total;
    }
}
