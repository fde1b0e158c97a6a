package com.messente.verigator;

import com.messente.verigator.exceptions.InvalidInvocationError;
import com.messente.verigator.exceptions.VerigatorException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/**
 * The options of a {@link Verigator}, each with a default but the credentials.
 *
 * <pre>{@code
 * Verigator verigator =
 *         Verigator.builder("api-username", "api-password")
 *                 .timeout(Duration.ofSeconds(10))
 *                 .build();
 * }</pre>
 *
 * <p>Values are checked by {@link #build()}, {@code null} too. One that cannot be used is refused
 * each time, also when the option was set well since: then begin a new builder. A builder is for
 * one thread at a time and may build more than once.
 */
public final class VerigatorBuilder {
    private final Source source;
    private final List<Option> options = new ArrayList<>();
    private Executor executor = Delivery.DEFAULT;
    private int logLevel = LogLines.NOTHING;
    private BiConsumer<System.Logger.Level, String> logReceiver;

    VerigatorBuilder(Source source) {
        this.source = source;
    }

    /** Makes the native configuration that the options are set in. */
    @FunctionalInterface
    interface Source {
        long make() throws VerigatorException;
    }

    /** Sets one option. */
    @FunctionalInterface
    private interface Option {
        void set(long config) throws VerigatorException;
    }

    private VerigatorBuilder with(Option option) {
        options.add(option);
        return this;
    }

    /**
     * Sets where the service is. Default: {@code https://api.verigator.com}.
     *
     * @param baseUrl an https or http URL without credentials, query or fragment, and without the
     *     {@code /v1} at the end; http is for a loopback address, see {@link #allowPlainHttp}
     * @return this builder
     */
    public VerigatorBuilder baseUrl(String baseUrl) {
        return with(config -> Native.configSetBaseUrl(config, baseUrl));
    }

    /**
     * Allows http to an address that is not loopback, or by a proxy that is not. Default: false.
     *
     * @param allow true lets whoever can touch the traffic read the credentials and answer
     *     "verified"
     * @return this builder
     */
    public VerigatorBuilder allowPlainHttp(boolean allow) {
        return with(config -> Native.configSetAllowPlainHttp(config, allow));
    }

    /**
     * Connects to an IP address instead of looking up the name in the base URL. Default: none.
     *
     * @param address such as {@code 192.0.2.7}; the certificate must still match the name. Not
     *     beside another address in the base URL, or a proxy that looks the name up itself, which
     *     all but {@code socks5} do
     * @return this builder
     */
    public VerigatorBuilder address(String address) {
        return with(config -> Native.configSetAddress(config, address));
    }

    /**
     * Sets how long a connection may take to be made: name, TCP and TLS. Default: 5 seconds.
     *
     * @param timeout 1 millisecond to 1 hour
     * @return this builder
     */
    public VerigatorBuilder connectTimeout(Duration timeout) {
        return with(
                config ->
                        Native.configSetConnectTimeoutMs(
                                config, milliseconds("the connect timeout", timeout)));
    }

    /**
     * Sets the deadline of a whole call, with its retries and its waiting. Default: 30 seconds.
     *
     * @param timeout 1 millisecond to 1 hour
     * @return this builder
     */
    public VerigatorBuilder timeout(Duration timeout) {
        return with(
                config -> Native.configSetTimeoutMs(config, milliseconds("the timeout", timeout)));
    }

    /**
     * Sets how often a call that can safely be repeated is repeated. Default: 2.
     *
     * <p>Starting and verifying an authentication, and creating, is never repeated once it may have
     * arrived.
     *
     * @param retries 0 to 10
     * @return this builder
     */
    public VerigatorBuilder maxRetries(int retries) {
        return with(config -> Native.configSetMaxRetries(config, retries));
    }

    /**
     * Sets the longest wait between two attempts. Default: 2 seconds.
     *
     * @param wait 1 millisecond to 1 hour; a longer {@code Retry-After} is not waited for
     * @return this builder
     */
    public VerigatorBuilder maxRetryWait(Duration wait) {
        return with(
                config ->
                        Native.configSetMaxRetryWaitMs(
                                config, milliseconds("the longest wait between attempts", wait)));
    }

    /**
     * Sends all requests through a proxy. Default: none.
     *
     * @param url {@code http://host:port} or {@code https://host:port} for a proxy of HTTP; {@code
     *     socks5h://host:port} for one of SOCKS 5, or {@code socks5://host:port} if the name in the
     *     base URL is to be looked up here
     * @return this builder
     */
    public VerigatorBuilder proxy(String url) {
        return proxy(url, null, null);
    }

    /**
     * Sends all requests through a proxy that asks for credentials. Default: none.
     *
     * @param url as in {@link #proxy(String)}
     * @param username for Basic authentication, or that of SOCKS
     * @param password for Basic authentication, or that of SOCKS
     * @return this builder
     */
    public VerigatorBuilder proxy(String url, String username, String password) {
        return with(config -> Native.configSetProxy(config, url, username, password));
    }

    /**
     * Uses no proxy, whatever was set before or is in the environment.
     *
     * @return this builder
     */
    public VerigatorBuilder noProxy() {
        return with(Native::configUnsetProxy);
    }

    /**
     * Trusts the certificate authorities in a PEM file and no others. Default: those of the
     * operating system.
     *
     * @param file is read by {@link #build()}; its name need not be text
     * @return this builder
     */
    public VerigatorBuilder caFile(Path file) {
        return with(config -> Native.configSetCaFile(config, PathBytes.of(file)));
    }

    /**
     * Trusts these certificate authorities and no others. Default: those of the operating system.
     *
     * @param pem one or more certificates
     * @return this builder
     */
    public VerigatorBuilder caPem(byte[] pem) {
        byte[] copy = copy(pem);
        return with(config -> Native.configSetCaPem(config, copy));
    }

    /**
     * Presents a client certificate from PEM files. Default: none.
     *
     * @param chain the client's own certificate first; is read by {@link #build()}
     * @param key its unencrypted private key; is read by {@link #build()}
     * @return this builder
     */
    public VerigatorBuilder clientCertificateFile(Path chain, Path key) {
        return with(
                config ->
                        Native.configSetClientCertificateFile(
                                config, PathBytes.of(chain), PathBytes.of(key)));
    }

    /**
     * Presents a client certificate. Default: none.
     *
     * @param chain PEM, the client's own certificate first
     * @param key PEM, its unencrypted private key
     * @return this builder
     */
    public VerigatorBuilder clientCertificatePem(byte[] chain, byte[] key) {
        byte[] chainCopy = copy(chain);
        byte[] keyCopy = copy(key);
        return with(config -> Native.configSetClientCertificatePem(config, chainCopy, keyCopy));
    }

    /**
     * Accepts only a server whose public key is pinned; call it again for a second key. Default:
     * any key.
     *
     * @param pin {@code sha256//} and the base64 of the SHA-256 of the key's SubjectPublicKeyInfo
     *     (the form of curl's {@code --pinnedpubkey}); the certificate must be valid as well
     * @return this builder
     */
    public VerigatorBuilder pinnedKey(String pin) {
        return with(config -> Native.configAddPinnedKey(config, pin));
    }

    /**
     * Sets the oldest TLS version spoken. Default: {@link TlsVersion#TLS_1_2}.
     *
     * @param version the oldest version
     * @return this builder
     */
    public VerigatorBuilder minTlsVersion(TlsVersion version) {
        return with(
                config ->
                        Native.configSetMinTlsVersion(
                                config, given("the oldest TLS version", version).number));
    }

    /**
     * Sets what stands in the {@code User-Agent} between prefix and suffix. Default: {@code
     * verigator-java-} and the version, as the official client has it.
     *
     * @param products one product or more, 1 to 1024 bytes of printable ASCII
     * @return this builder
     */
    public VerigatorBuilder userAgent(String products) {
        return with(config -> Native.configSetUserAgent(config, products));
    }

    /**
     * Puts a product of yours before {@link #userAgent} in the {@code User-Agent}. Default: none.
     *
     * @param product 1 to 1024 bytes of printable ASCII, such as {@code my-library/1.0}
     * @return this builder
     */
    public VerigatorBuilder userAgentPrefix(String product) {
        return with(config -> Native.configSetUserAgentPrefix(config, product));
    }

    /**
     * Puts a product of yours after {@link #userAgent} in the {@code User-Agent}. Default: none.
     *
     * @param product 1 to 1024 bytes of printable ASCII, such as {@code my-vpn/2.1}
     * @return this builder
     */
    public VerigatorBuilder userAgentSuffix(String product) {
        return with(config -> Native.configSetUserAgentSuffix(config, product));
    }

    /**
     * Sets how many idle connections are kept for later calls. Default: 16.
     *
     * @param most 0 to 1024; it does not limit how many calls run at once
     * @return this builder
     */
    public VerigatorBuilder maxIdleConnections(int most) {
        return with(config -> Native.configSetMaxIdleConnections(config, most));
    }

    /**
     * Sets how long an idle connection may be used again. Default: 30 seconds.
     *
     * @param timeout 1 millisecond to 1 hour; keep it below the idle timeout of the server and of
     *     what stands before it
     * @return this builder
     */
    public VerigatorBuilder idleTimeout(Duration timeout) {
        return with(
                config ->
                        Native.configSetIdleTimeoutMs(
                                config, milliseconds("the idle timeout", timeout)));
    }

    /**
     * Sets the most bytes read of a reply's body. Default: 1048576.
     *
     * @param most 1 to 67108864
     * @return this builder
     */
    public VerigatorBuilder maxResponseBytes(int most) {
        return with(config -> Native.configSetMaxResponseBytes(config, most));
    }

    /**
     * Hands log lines to a receiver. Default: none. No line holds a password, a PIN or a body.
     *
     * @param level the least grave that is wanted: ERROR, WARNING (something was made good, such as
     *     a repeated attempt), INFO (one line for each call that was answered) or DEBUG; OFF for
     *     none
     * @param receiver is called when a call has ended, before its answer is returned and on the
     *     same thread, or on the executor before its future is completed; by several threads at
     *     once; what it throws is dropped
     * @return this builder
     */
    public VerigatorBuilder log(
            System.Logger.Level level, BiConsumer<System.Logger.Level, String> receiver) {
        logLevel = LogLines.number(level);
        logReceiver = Objects.requireNonNull(receiver, "receiver");
        return this;
    }

    /**
     * Sets how many connections the {@code Async} calls, and those of virtual threads, make at
     * most, and so how many of them run at once. Default: 256.
     *
     * @param most 1 to 65536; the others wait in order, and their deadlines run. It does not limit
     *     calls that block a thread of the platform
     * @return this builder
     */
    public VerigatorBuilder maxConnections(int most) {
        return with(config -> Native.configSetMaxConnections(config, most));
    }

    /**
     * Sets where the futures of the {@code Async} calls are completed, and so where what hangs on
     * them runs. Default: the common pool ({@link java.util.concurrent.ForkJoinPool#commonPool()}),
     * which has few threads.
     *
     * @param executor should be one that can do with it if what hangs on a future blocks; where it
     *     refuses a task, as after a shutdown, the future is completed by the default one
     * @return this builder
     */
    public VerigatorBuilder executor(Executor executor) {
        this.executor = Objects.requireNonNull(executor, "executor");
        return this;
    }

    /**
     * Makes a client with these options. Nothing is sent and nothing is looked up yet.
     *
     * @return a client, to be closed
     * @throws IllegalArgumentException if an option cannot be used; the cause is the {@link
     *     com.messente.verigator.exceptions.InvalidInvocationError} with its status
     * @throws UnsatisfiedLinkError if the native library cannot be loaded
     */
    public Verigator build() {
        return new Verigator(this);
    }

    Executor executor() {
        return executor;
    }

    Context open() {
        NativeLibrary.load();
        try {
            return context();
        } catch (VerigatorException failure) {
            // The constructors of the official client declare no exception.
            throw new IllegalArgumentException(failure.getMessage(), failure);
        }
    }

    private Context context() throws VerigatorException {
        long config = source.make();
        try {
            Native.configSetUserAgent(config, "verigator-java-" + Native.version());
            for (Option option : options) {
                option.set(config);
            }
            LogLines log = log(config);
            return new Context(Native.ctxNew(config), log);
        } finally {
            Native.configFree(config);
        }
    }

    private LogLines log(long config) throws VerigatorException {
        if (logLevel == LogLines.NOTHING) {
            return null;
        }
        Native.configSetCallLog(config, logLevel);
        return new LogLines(logReceiver);
    }

    private static byte[] copy(byte[] bytes) {
        return bytes == null ? null : bytes.clone();
    }

    /** Whole milliseconds; what is beyond a long is the nearest that is not. */
    private static long milliseconds(String name, Duration time) throws InvalidInvocationError {
        try {
            return given(name, time).toMillis();
        } catch (ArithmeticException beyond) {
            return time.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /** What C would be given as NULL, had it a pointer to it. */
    private static <T> T given(String name, T value) throws InvalidInvocationError {
        if (value == null) {
            throw new InvalidInvocationError(name + " is NULL; pass one");
        }
        return value;
    }
}
