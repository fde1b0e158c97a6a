package com.messente.verigator;

import com.messente.verigator.exceptions.VerigatorException;
import com.messente.verigator.serializers.GetServicesResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A client of the Verigator API with one account.
 *
 * <pre>{@code
 * try (Verigator verigator = new Verigator("api-username", "api-password")) {
 *     Service service = verigator.getService("service-id");
 *     User user = service.registerUser("kaisa@example.com", "+3725555555");
 *     AuthenticationResponse authentication = user.authenticateUsingSMS();
 *     if (user.verifyPin(pin, authentication).isVerified()) {
 *         System.out.println("welcome");
 *     }
 * }
 * }</pre>
 *
 * <p>Make one and keep it: it holds idle connections. Any number of threads may use it at once. A
 * call blocks its thread until the reply is there or the deadline passes ({@link
 * VerigatorBuilder#timeout}, 30 seconds). Interrupting the thread ends it, and so does {@link
 * #close()}: it fails with a {@link com.messente.verigator.exceptions.VerigatorInternalError} of
 * the kind {@link com.messente.verigator.exceptions.ErrorKind#CANCELLED}, which tells whether the
 * service may have seen it. The thread stays interrupted, and an answer that comes at that moment
 * is returned. A virtual thread leaves its carrier while it waits.
 *
 * <p>For each call there is one whose name ends in {@code Async}. It returns at once, blocks no
 * thread, and fails with the same exception. Its future is completed on the {@linkplain
 * VerigatorBuilder#executor executor}. {@code cancel} ends the call, with either argument: the
 * future is then completed by the call's end, which is a matter of milliseconds, with a {@link
 * java.util.concurrent.CancellationException} that has the {@code VerigatorInternalError} among its
 * causes; or with the answer, if that came first. To cancel a future that was derived from it, such
 * as by {@code thenApply}, does not end the call.
 *
 * <p>One that is not closed is freed some time after nobody holds it any more and its calls have
 * ended. The first of the {@code Async} calls, or of those of a virtual thread, starts a thread, a
 * daemon, which ends with the client.
 */
public class Verigator implements AutoCloseable {
    private static final String VERSION_SUFFIX = "/v1";

    private final Context context;
    private final Executor executor;

    /**
     * Makes a client of {@code https://api.verigator.com} with the default options.
     *
     * @param username the API username: 1 to 1024 bytes of printable ASCII, no colon
     * @param password the API password: 1 to 1024 bytes of printable ASCII
     * @throws IllegalArgumentException if one of them cannot be used; the cause is the {@link
     *     com.messente.verigator.exceptions.InvalidInvocationError} with its status
     * @throws UnsatisfiedLinkError if the native library cannot be loaded
     */
    public Verigator(String username, String password) {
        this(builder(username, password));
    }

    /**
     * Makes a client of the service at a URL, with the default options.
     *
     * @param username the API username: 1 to 1024 bytes of printable ASCII, no colon
     * @param password the API password: 1 to 1024 bytes of printable ASCII
     * @param apiUrl an https URL that ends in {@code /v1}; http is for a loopback address only,
     *     unless a builder {@linkplain VerigatorBuilder#allowPlainHttp allows} more
     * @throws IllegalArgumentException if one of them cannot be used
     * @throws UnsatisfiedLinkError if the native library cannot be loaded
     */
    public Verigator(String username, String password, String apiUrl) {
        this(builder(username, password).baseUrl(baseUrl(apiUrl)));
    }

    /**
     * Makes a client of the service at a base URL, with the default options.
     *
     * @param username the API username: 1 to 1024 bytes of printable ASCII, no colon
     * @param password the API password: 1 to 1024 bytes of printable ASCII
     * @param apiBaseUrl an https URL, such as {@code https://api.verigator.com}
     * @param apiVersion {@code v1}, the only one there is
     * @throws IllegalArgumentException if one of them cannot be used
     * @throws UnsatisfiedLinkError if the native library cannot be loaded
     */
    public Verigator(String username, String password, String apiBaseUrl, String apiVersion) {
        this(username, password, apiBaseUrl + "/" + apiVersion);
    }

    Verigator(VerigatorBuilder builder) {
        this.context = builder.open();
        this.executor = builder.executor();
    }

    /** The native library adds the version itself. */
    private static String baseUrl(String apiUrl) {
        if (apiUrl == null || !apiUrl.endsWith(VERSION_SUFFIX)) {
            throw new IllegalArgumentException(
                    "the API URL does not end in /v1, the only version there is;"
                            + " pass one such as https://api.verigator.com/v1");
        }
        return apiUrl.substring(0, apiUrl.length() - VERSION_SUFFIX.length());
    }

    /**
     * Begins a client with options.
     *
     * @param username the API username: 1 to 1024 bytes of printable ASCII, no colon
     * @param password the API password: 1 to 1024 bytes of printable ASCII
     * @return a builder
     */
    public static VerigatorBuilder builder(String username, String password) {
        return new VerigatorBuilder(() -> Native.configNew(username, password));
    }

    /**
     * Begins a client with the options in the environment; nothing else reads it.
     *
     * <p>{@code VERIGATOR_USERNAME} and {@code VERIGATOR_PASSWORD} must be set; {@code
     * VERIGATOR_BASE_URL}, {@code HTTPS_PROXY}, {@code http_proxy}, {@code ALL_PROXY} and {@code
     * NO_PROXY} may be. Of the proxies only the one that the base URL needs is judged.
     *
     * @return a builder
     */
    public static VerigatorBuilder builderFromEnvironment() {
        return new VerigatorBuilder(Native::configFromEnv);
    }

    /**
     * Reads a service.
     *
     * @param serviceId the id that {@link #createService} gave: 1 to 1024 bytes
     * @return the service
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.NoSuchResourceException}
     */
    public Service getService(String serviceId) throws VerigatorException {
        return Service.get(this, serviceId);
    }

    /**
     * Reads a service like {@link #getService}, without waiting for it.
     *
     * @param serviceId the id that {@link #createService} gave: 1 to 1024 bytes
     * @return the service
     */
    public CompletableFuture<Service> getServiceAsync(String serviceId) {
        return Service.getAsync(this, serviceId);
    }

    /**
     * Creates a service. Do it once, and keep {@link Service#getServiceId()}.
     *
     * @param name what users see: at most 4096 bytes
     * @param fqdn the service's host name: at most 4096 bytes
     * @return the service
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.ResourceAlreadyExists}
     */
    public Service createService(String name, String fqdn) throws VerigatorException {
        return call(creation(name, fqdn));
    }

    /**
     * Creates a service like {@link #createService}, without waiting for it.
     *
     * @param name what users see: at most 4096 bytes
     * @param fqdn the service's host name: at most 4096 bytes
     * @return the service
     */
    public CompletableFuture<Service> createServiceAsync(String name, String fqdn) {
        return submit(creation(name, fqdn));
    }

    private Operation<Service> creation(String name, String fqdn) {
        return new Operation<>(
                ctx -> Native.callServiceCreate(ctx, fqdn, name),
                call -> Service.read(this, Native.callService(call)));
    }

    /**
     * Finds a service of the account by its host name.
     *
     * <p>It is compared as {@link #createService} compares it.
     *
     * <p>{@code verigator-server} has this call; the hosted service has not.
     *
     * @param fqdn the service's host name: 1 to 4096 bytes
     * @return the service
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.NoSuchResourceException}
     */
    public Service findService(String fqdn) throws VerigatorException {
        return call(finding(fqdn));
    }

    /**
     * Finds a service of the account by its host name like {@link #findService}, without waiting
     * for it.
     *
     * @param fqdn the service's host name: 1 to 4096 bytes
     * @return the service
     */
    public CompletableFuture<Service> findServiceAsync(String fqdn) {
        return submit(finding(fqdn));
    }

    private Operation<Service> finding(String fqdn) {
        return new Operation<>(
                ctx -> Native.callServiceFind(ctx, fqdn),
                call -> Service.read(this, Native.callService(call)));
    }

    /**
     * Lists the services of the account by the page.
     *
     * <p>{@code verigator-server} has this call; the hosted service has not.
     *
     * @param limit the most services of the page: 1 to 1000
     * @param cursor {@link GetServicesResponse#getNextCursor} of the page before, or {@code null}
     * @return the page
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.NotSupportedException}
     */
    public GetServicesResponse listServices(long limit, String cursor) throws VerigatorException {
        return call(paging(limit, cursor));
    }

    /**
     * Lists the services of the account by the page like {@link #listServices}, without waiting for
     * it.
     *
     * @param limit the most services of the page: 1 to 1000
     * @param cursor {@link GetServicesResponse#getNextCursor} of the page before, or {@code null}
     * @return the page
     */
    public CompletableFuture<GetServicesResponse> listServicesAsync(long limit, String cursor) {
        return submit(paging(limit, cursor));
    }

    private Operation<GetServicesResponse> paging(long limit, String cursor) {
        return new Operation<>(
                ctx -> Native.callServicePage(ctx, limit, cursor),
                call -> readServices(Native.callServices(call)));
    }

    private GetServicesResponse readServices(long list) {
        try {
            Service[] services = new Service[Math.toIntExact(Native.servicesCount(list))];
            for (int index = 0; index < services.length; index++) {
                services[index] = Service.readAt(this, list, index);
            }
            return new GetServicesResponse(
                    services, Native.servicesTotal(list), Native.servicesNextCursor(list));
        } finally {
            Native.servicesFree(list);
        }
    }

    /**
     * Closes the connections that no call uses now; later calls make new ones.
     *
     * <p>For a program that is idle for long: those that were idle for {@link
     * VerigatorBuilder#idleTimeout} are closed only when a call needs one or is done with one. Any
     * thread may do it, also after {@link #close()}, when there are none.
     */
    public void closeIdle() {
        context.closeIdle();
    }

    /**
     * Ends the calls that wait, refuses later ones, and frees what the client holds.
     *
     * <p>Waiting calls and futures fail with {@link
     * com.messente.verigator.exceptions.ErrorKind#CANCELLED} (a start or a verify among them may
     * have arrived), later ones with {@link
     * com.messente.verigator.exceptions.InvalidInvocationError}. Closing again does nothing. Any
     * thread may do it.
     */
    @Override
    public void close() {
        context.close();
    }

    <T> T call(Operation<T> operation) throws VerigatorException {
        return context.call(operation);
    }

    <T> CompletableFuture<T> submit(Operation<T> operation) {
        return context.submit(operation, executor);
    }
}
