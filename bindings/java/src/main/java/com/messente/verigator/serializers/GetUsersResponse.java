package com.messente.verigator.serializers;

import com.messente.verigator.User;

/** The users of a service, or a page of them. */
public class GetUsersResponse {
    private final User[] users;
    private final long total;
    private final String nextCursor;

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
        this(users, total, null);
    }

    /**
     * Makes a page from its parts, as tests do.
     *
     * @param users the users
     * @param total how many the service has
     * @param nextCursor what the next page is asked for with, or {@code null} on the last one
     */
    public GetUsersResponse(User[] users, long total, String nextCursor) {
        this.users = users.clone();
        this.total = total;
        this.nextCursor = nextCursor;
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

    /**
     * Returns what {@link com.messente.verigator.Service#listUsers(long, String)} takes for the
     * next page.
     *
     * @return the cursor, or {@code null} on the last page
     */
    public String getNextCursor() {
        return nextCursor;
    }
}
