package com.messente.verigator;

import com.messente.verigator.exceptions.VerigatorException;
import com.messente.verigator.serializers.GetUsersResponse;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A service: what its users log in to.
 *
 * <p>Any number of threads may use it at once. All calls fail with a {@link VerigatorException}
 * whose class says why.
 */
public class Service {
    private final String serviceId;
    private final String name;
    private final String ctime;
    private volatile Verigator verigator;

    /**
     * Makes one from its id, without asking whether it exists.
     *
     * @param serviceId the id that {@link Verigator#createService} gave: 1 to 1024 bytes
     * @param verigator what calls are made with
     */
    public Service(String serviceId, Verigator verigator) {
        this(verigator, serviceId, null, null);
    }

    private Service(Verigator verigator, String serviceId, String name, String ctime) {
        this.verigator = verigator;
        this.serviceId = serviceId;
        this.name = name;
        this.ctime = ctime;
    }

    /** Takes what a native handle holds, and frees it. */
    static Service read(Verigator verigator, long service) {
        try {
            return new Service(
                    verigator,
                    Native.serviceId(service),
                    Native.serviceName(service),
                    Native.serviceCtime(service));
        } finally {
            Native.serviceFree(service);
        }
    }

    /** Takes what a native list holds at {@code index}. */
    static Service readAt(Verigator verigator, long services, int index) {
        return new Service(
                verigator,
                Native.servicesId(services, index),
                Native.servicesName(services, index),
                Native.servicesCtime(services, index));
    }

    /**
     * Reads a service.
     *
     * @param verigator what calls are made with
     * @param serviceId the id that {@link Verigator#createService} gave: 1 to 1024 bytes
     * @return the service
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.NoSuchResourceException}
     */
    public static Service get(Verigator verigator, String serviceId) throws VerigatorException {
        return verigator.call(reading(verigator, serviceId));
    }

    /**
     * Reads a service like {@link #get}, without waiting for it.
     *
     * @param verigator what calls are made with
     * @param serviceId the id that {@link Verigator#createService} gave: 1 to 1024 bytes
     * @return the service
     */
    public static CompletableFuture<Service> getAsync(Verigator verigator, String serviceId) {
        return verigator.submit(reading(verigator, serviceId));
    }

    private static Operation<Service> reading(Verigator verigator, String serviceId) {
        return new Operation<>(
                ctx -> Native.callServiceGet(ctx, serviceId),
                call -> read(verigator, Native.callService(call)));
    }

    /**
     * Sets what calls are made with.
     *
     * @param api the client
     */
    protected void setApi(Verigator api) {
        this.verigator = api;
    }

    /**
     * Returns the service's id.
     *
     * @return the id
     */
    public String getServiceId() {
        return serviceId;
    }

    /**
     * Returns what users see.
     *
     * @return the name, or {@code null} if the service was not read
     */
    public String getName() {
        return name;
    }

    /**
     * Returns when the service was made.
     *
     * @return an RFC 3339 timestamp, or {@code null} if the service was not read
     */
    public String getCtime() {
        return ctime;
    }

    /**
     * Registers a user.
     *
     * @param userName the caller's own name for the user, such as an e-mail address: at most 4096
     *     bytes
     * @param phoneNumber with its country prefix (E.164), such as {@code +3725555555}
     * @return the user
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.ResourceAlreadyExists}
     */
    public User registerUser(String userName, String phoneNumber) throws VerigatorException {
        return verigator.call(registration(userName, phoneNumber));
    }

    /**
     * Registers a user like {@link #registerUser}, without waiting for it.
     *
     * @param userName the caller's own name for the user: at most 4096 bytes
     * @param phoneNumber with its country prefix (E.164), such as {@code +3725555555}
     * @return the user
     */
    public CompletableFuture<User> registerUserAsync(String userName, String phoneNumber) {
        return verigator.submit(registration(userName, phoneNumber));
    }

    private Operation<User> registration(String userName, String phoneNumber) {
        return new Operation<>(
                ctx -> Native.callUserCreate(ctx, serviceId, phoneNumber, userName),
                call -> User.read(this, Native.callUser(call)));
    }

    /**
     * Reads a user.
     *
     * @param userId the user's id at Verigator: 1 to 1024 bytes
     * @return the user
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.NoSuchResourceException}
     */
    public User getUser(String userId) throws VerigatorException {
        return verigator.call(readingUser(userId));
    }

    /**
     * Reads a user like {@link #getUser}, without waiting for it.
     *
     * @param userId the user's id at Verigator: 1 to 1024 bytes
     * @return the user
     */
    public CompletableFuture<User> getUserAsync(String userId) {
        return verigator.submit(readingUser(userId));
    }

    private Operation<User> readingUser(String userId) {
        return new Operation<>(
                ctx -> Native.callUserGet(ctx, serviceId, userId),
                call -> User.read(this, Native.callUser(call)));
    }

    /**
     * Finds a user by what the service calls it.
     *
     * <p>It is compared as {@link #registerUser} compares it.
     *
     * <p>{@code verigator-server} has this call; the hosted service has not.
     *
     * @param idInService what the service calls the user: 1 to 4096 bytes
     * @return the user
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.NoSuchResourceException}
     */
    public User findUser(String idInService) throws VerigatorException {
        return verigator.call(findingUser(idInService));
    }

    /**
     * Finds a user like {@link #findUser}, without waiting for it.
     *
     * @param idInService what the service calls the user: 1 to 4096 bytes
     * @return the user
     */
    public CompletableFuture<User> findUserAsync(String idInService) {
        return verigator.submit(findingUser(idInService));
    }

    private Operation<User> findingUser(String idInService) {
        return new Operation<>(
                ctx -> Native.callUserFind(ctx, serviceId, idInService),
                call -> User.read(this, Native.callUser(call)));
    }

    /**
     * Lists the users.
     *
     * @return the users that the service sent; see {@link #listUsers} for how many there are
     * @throws VerigatorException if the call fails
     */
    public User[] getUsers() throws VerigatorException {
        return verigator.call(listing(GetUsersResponse::getUsers));
    }

    /**
     * Lists the users like {@link #getUsers}, without waiting for it.
     *
     * @return the users
     */
    public CompletableFuture<User[]> getUsersAsync() {
        return verigator.submit(listing(GetUsersResponse::getUsers));
    }

    /**
     * Lists the users, and says how many there are.
     *
     * @return the users that the service sent, and their number
     * @throws VerigatorException if the call fails
     */
    public GetUsersResponse listUsers() throws VerigatorException {
        return verigator.call(listing(Function.identity()));
    }

    /**
     * Lists the users like {@link #listUsers}, without waiting for it.
     *
     * @return the users, and their number
     */
    public CompletableFuture<GetUsersResponse> listUsersAsync() {
        return verigator.submit(listing(Function.identity()));
    }

    /**
     * What is wanted is made of the list in the call itself, so that its future cancels the call.
     */
    private <T> Operation<T> listing(Function<GetUsersResponse, T> wanted) {
        return new Operation<>(
                ctx -> Native.callUserList(ctx, serviceId),
                call -> wanted.apply(readUsers(Native.callUsers(call))));
    }

    /**
     * Lists the users by the page.
     *
     * <p>The hosted service has no pages, and answers with all users: a last page.
     *
     * @param limit the most users of the page: 1 to 1000
     * @param cursor {@link GetUsersResponse#getNextCursor} of the page before, or {@code null}
     * @return the page
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.NoSuchResourceException}
     */
    public GetUsersResponse listUsers(long limit, String cursor) throws VerigatorException {
        return verigator.call(paging(limit, cursor));
    }

    /**
     * Lists the users by the page like {@link #listUsers(long, String)}, without waiting for it.
     *
     * @param limit the most users of the page: 1 to 1000
     * @param cursor {@link GetUsersResponse#getNextCursor} of the page before, or {@code null}
     * @return the page
     */
    public CompletableFuture<GetUsersResponse> listUsersAsync(long limit, String cursor) {
        return verigator.submit(paging(limit, cursor));
    }

    private Operation<GetUsersResponse> paging(long limit, String cursor) {
        return new Operation<>(
                ctx -> Native.callUserPage(ctx, serviceId, limit, cursor),
                call -> readUsers(Native.callUsers(call)));
    }

    private GetUsersResponse readUsers(long list) {
        try {
            User[] users = new User[Math.toIntExact(Native.usersCount(list))];
            for (int index = 0; index < users.length; index++) {
                users[index] = User.readAt(this, list, index);
            }
            return new GetUsersResponse(
                    users, Native.usersTotal(list), Native.usersNextCursor(list));
        } finally {
            Native.usersFree(list);
        }
    }

    /**
     * Deletes a service and its users: the one with that id, which need not be this one.
     *
     * @param serviceId the id of the service: 1 to 1024 bytes
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.NoSuchResourceException}
     */
    public void delete(String serviceId) throws VerigatorException {
        verigator.call(deletion(serviceId));
    }

    /**
     * Deletes this service and its users.
     *
     * @throws VerigatorException if the call fails
     */
    public void delete() throws VerigatorException {
        delete(serviceId);
    }

    /**
     * Deletes a service like {@link #delete(String)}, without waiting for it.
     *
     * @param serviceId the id of the service: 1 to 1024 bytes
     * @return nothing, when it is done
     */
    public CompletableFuture<Void> deleteAsync(String serviceId) {
        return verigator.submit(deletion(serviceId));
    }

    private static Operation<Void> deletion(String serviceId) {
        return Operation.withoutAnswer(ctx -> Native.callServiceDelete(ctx, serviceId));
    }

    /**
     * Deletes this service like {@link #delete()}, without waiting for it.
     *
     * @return nothing, when it is done
     */
    public CompletableFuture<Void> deleteAsync() {
        return deleteAsync(serviceId);
    }

    Verigator verigator() {
        return verigator;
    }

    @Override
    public String toString() {
        return "Service{serviceId='" + serviceId + "', ctime='" + ctime + "', name='" + name + "'}";
    }
}
