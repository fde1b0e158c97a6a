package com.messente.verigator.integration;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.messente.verigator.Service;
import com.messente.verigator.User;
import com.messente.verigator.Verigator;
import com.messente.verigator.VerigatorBuilder;
import com.messente.verigator.exceptions.VerigatorException;
import com.messente.verigator.serializers.AuthenticationResponse;
import com.messente.verigator.serializers.EnrolmentLinkResponse;
import com.messente.verigator.serializers.EnrolmentResponse;
import com.messente.verigator.serializers.GetServicesResponse;
import com.messente.verigator.serializers.GetUsersResponse;
import com.messente.verigator.serializers.TotpStateResponse;
import com.messente.verigator.serializers.VerificationResponse;
import com.messente.verigator.serializers.VerificationStatus;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Makes the calls of the conformance cases, as {@code conformance-peer run java} tells it on
 * standard input. What comes and what is answered is told in tests/conformance/README.md.
 */
final class ConformanceRunner {
    private static final Gson GSON = new GsonBuilder().serializeNulls().create();

    private final Verigator verigator;
    private final boolean isQueued;
    private final JsonObject given;

    private ConformanceRunner(Verigator verigator, boolean isQueued, JsonObject given) {
        this.verigator = verigator;
        this.isQueued = isQueued;
        this.given = given;
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream output =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        for (String line; (line = input.readLine()) != null; ) {
            JsonObject told = JsonParser.parseString(line).getAsJsonObject();
            output.println(GSON.toJson(outcome(told)));
        }
    }

    private static Map<String, Object> outcome(JsonObject told) throws Exception {
        boolean isQueued = told.get("way").getAsString().equals("queue");
        try (Verigator verigator = client(told.getAsJsonObject("config"))) {
            ConformanceRunner runner =
                    new ConformanceRunner(verigator, isQueued, told.getAsJsonObject("arguments"));
            return members("value", runner.call(told.get("operation").getAsString()));
        } catch (IllegalArgumentException | ExecutionException wrapped) {
            return members("error", described((VerigatorException) wrapped.getCause()));
        } catch (VerigatorException failure) {
            return members("error", described(failure));
        }
    }

    private static Verigator client(JsonObject options) {
        VerigatorBuilder builder =
                Verigator.builder(text(options, "username"), text(options, "password"));
        options.keySet().forEach(option -> set(builder, options, option));
        return builder.build();
    }

    private static void set(VerigatorBuilder builder, JsonObject options, String option) {
        switch (option) {
            case "base_url":
                builder.baseUrl(text(options, option));
                break;
            case "address":
                builder.address(text(options, option));
                break;
            case "connect_timeout_ms":
                builder.connectTimeout(time(options, option));
                break;
            case "timeout_ms":
                builder.timeout(time(options, option));
                break;
            case "max_retries":
                builder.maxRetries(options.get(option).getAsInt());
                break;
            case "max_retry_wait_ms":
                builder.maxRetryWait(time(options, option));
                break;
            case "proxy":
                builder.proxy(
                        text(options, option),
                        text(options, "proxy_username"),
                        text(options, "proxy_password"));
                break;
            case "pinned_key":
                builder.pinnedKey(text(options, option));
                break;
            case "user_agent":
                builder.userAgent(text(options, option));
                break;
            case "user_agent_prefix":
                builder.userAgentPrefix(text(options, option));
                break;
            case "user_agent_suffix":
                builder.userAgentSuffix(text(options, option));
                break;
            case "max_idle_connections":
                builder.maxIdleConnections(options.get(option).getAsInt());
                break;
            case "idle_timeout_ms":
                builder.idleTimeout(time(options, option));
                break;
            case "max_response_bytes":
                builder.maxResponseBytes(options.get(option).getAsInt());
                break;
            case "username":
            case "password":
            case "proxy_username":
            case "proxy_password":
                break;
            default:
                throw new AssertionError("no option " + option);
        }
    }

    private static Duration time(JsonObject options, String name) {
        return Duration.ofMillis(options.get(name).getAsLong());
    }

    /** A text; null for what is absent too. */
    private static String text(JsonObject object, String name) {
        JsonElement value = object.get(name);
        if (value == null || value.isJsonNull()) {
            return null;
        }
        return value.isJsonObject()
                ? fromUnits(value.getAsJsonObject().get("utf16").getAsString())
                : value.getAsString();
    }

    private static String fromUnits(String hex) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < hex.length(); at += 4) {
            text.append((char) Integer.parseInt(hex.substring(at, at + 4), 16));
        }
        return text.toString();
    }

    private String text(String name) {
        return text(given, name);
    }

    private long number(String name) {
        return given.get(name).getAsLong();
    }

    /** An operation without an answer. */
    private interface Action {
        void run() throws VerigatorException;
    }

    private <T> T made(Callable<T> blocking, Supplier<CompletableFuture<T>> queued)
            throws Exception {
        return isQueued ? queued.get().get() : blocking.call();
    }

    private Object done(Action blocking, Supplier<CompletableFuture<Void>> queued)
            throws Exception {
        if (isQueued) {
            return queued.get().get();
        }
        blocking.run();
        return null;
    }

    private Object call(String operation) throws Exception {
        String fqdn = text("fqdn");
        String name = text("name");
        String cursor = text("cursor");
        String serviceId = text("service_id");
        switch (operation) {
            case "create_service":
                return described(
                        made(
                                () -> verigator.createService(name, fqdn),
                                () -> verigator.createServiceAsync(name, fqdn)));
            case "find_service":
                return described(
                        made(
                                () -> verigator.findService(fqdn),
                                () -> verigator.findServiceAsync(fqdn)));
            case "get_service":
                return described(
                        made(
                                () -> verigator.getService(serviceId),
                                () -> verigator.getServiceAsync(serviceId)));
            case "page_services":
                return described(
                        made(
                                () -> verigator.listServices(number("limit"), cursor),
                                () -> verigator.listServicesAsync(number("limit"), cursor)));
            default:
                return call(operation, new Service(serviceId, verigator));
        }
    }

    private Object call(String operation, Service service) throws Exception {
        String cursor = text("cursor");
        String idInService = text("id_in_service");
        String phoneNumber = text("phone_number");
        String userId = text("user_id");
        switch (operation) {
            case "delete_service":
                return done(service::delete, service::deleteAsync);
            case "create_user":
                return described(
                        made(
                                () -> service.registerUser(idInService, phoneNumber),
                                () -> service.registerUserAsync(idInService, phoneNumber)));
            case "list_users":
                return described(made(() -> service.listUsers(), () -> service.listUsersAsync()));
            case "page_users":
                return described(
                        made(
                                () -> service.listUsers(number("limit"), cursor),
                                () -> service.listUsersAsync(number("limit"), cursor)));
            case "find_user":
                return described(
                        made(
                                () -> service.findUser(idInService),
                                () -> service.findUserAsync(idInService)));
            case "get_user":
                return described(
                        made(() -> service.getUser(userId), () -> service.getUserAsync(userId)));
            default:
                return call(operation, new User(service, userId));
        }
    }

    private Object call(String operation, User user) throws Exception {
        String method = text("method");
        String token = text("token");
        switch (operation) {
            case "delete_user":
                return done(user::delete, user::deleteAsync);
            case "unlock_user":
                return done(user::unlock, user::unlockAsync);
            case "initiate":
                return described(
                        made(
                                () -> user.authenticate(method),
                                () -> user.authenticateAsync(method)));
            case "verify":
                return described(verify(user, token));
            case "begin_totp":
                return described(made(user::beginTotp, user::beginTotpAsync));
            case "create_totp_link":
                long lifetime = number("lifetime_seconds");
                return described(
                        made(
                                () -> user.createTotpLink(lifetime),
                                () -> user.createTotpLinkAsync(lifetime)));
            case "confirm_totp":
                return done(() -> user.confirmTotp(token), () -> user.confirmTotpAsync(token));
            case "get_totp":
                return described(made(user::getTotp, user::getTotpAsync));
            case "delete_totp":
                return done(user::deleteTotp, user::deleteTotpAsync);
            case "create_recovery_codes":
                return members(
                        "codes", made(user::createRecoveryCodes, user::createRecoveryCodesAsync));
            case "count_recovery_codes":
                return members(
                        "remaining", made(user::countRecoveryCodes, user::countRecoveryCodesAsync));
            case "delete_recovery_codes":
                return done(user::deleteRecoveryCodes, user::deleteRecoveryCodesAsync);
            default:
                throw new AssertionError("no operation " + operation);
        }
    }

    private VerificationResponse verify(User user, String token) throws Exception {
        if (!given.has("challenge")) {
            return made(() -> user.verifyPin(token), () -> user.verifyPinAsync(token));
        }
        JsonObject parts = given.getAsJsonObject("challenge");
        AuthenticationResponse challenge =
                new AuthenticationResponse(text(parts, "method"), text(parts, "auth_id"));
        return made(
                () -> user.verifyPin(token, challenge),
                () -> user.verifyPinAsync(token, challenge));
    }

    /** An object of these names, each before its value. */
    private static Map<String, Object> members(Object... namesAndValues) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int at = 0; at < namesAndValues.length; at += 2) {
            members.put((String) namesAndValues[at], namesAndValues[at + 1]);
        }
        return members;
    }

    private static Object described(Service service) {
        return members(
                "id", service.getServiceId(),
                "name", service.getName(),
                "ctime", service.getCtime());
    }

    private static Object described(User user) {
        return members(
                "id", user.getId(),
                "ctime", user.getCtime(),
                "id_in_service", user.getUsername());
    }

    private static Object described(GetUsersResponse list) {
        return members(
                "users",
                Arrays.stream(list.getUsers())
                        .map(ConformanceRunner::described)
                        .collect(Collectors.toList()),
                "total",
                list.getTotal(),
                "next_cursor",
                list.getNextCursor());
    }

    private static Object described(GetServicesResponse list) {
        return members(
                "services",
                Arrays.stream(list.getServices())
                        .map(ConformanceRunner::described)
                        .collect(Collectors.toList()),
                "total",
                list.getTotal(),
                "next_cursor",
                list.getNextCursor());
    }

    private static Object described(EnrolmentResponse enrolment) {
        return members(
                "secret", enrolment.getSecret(),
                "uri", enrolment.getUri(),
                "qr_svg", enrolment.getQrSvg(),
                "replaced", enrolment.isReplaced());
    }

    private static Object described(EnrolmentLinkResponse link) {
        return members(
                "url", link.getUrl(),
                "expires_at", link.getExpiresAt(),
                "replaced", link.isReplaced());
    }

    private static Object described(TotpStateResponse state) {
        return members("confirmed", state.isConfirmed(), "pending", state.isPending());
    }

    private static Object described(AuthenticationResponse challenge) {
        return members("method", challenge.getMethod(), "auth_id", challenge.getAuthId());
    }

    private static Object described(VerificationResponse response) {
        VerificationStatus status = response.getStatus();
        return members(
                "verified", response.isVerified(),
                "method", response.getMethod(),
                "throttled", status.isThrottled(),
                "expired", status.isExpired(),
                "invalid", status.isInvalid(),
                "result", status.getResult());
    }

    private static Object described(VerigatorException failure) {
        byte[] body = failure.getBody();
        Duration wait = failure.getRetryAfter();
        int httpStatus = failure.getHttpStatus();
        return members(
                "status", failure.getStatus(),
                "kind", failure.getKind().name().toLowerCase(Locale.ROOT),
                "http_status", httpStatus == 0 ? null : httpStatus,
                "message", failure.getMessage(),
                "service_message", failure.getServiceMessage(),
                "body", body == null ? null : new String(body, StandardCharsets.UTF_8),
                "request_id", failure.getRequestId(),
                "retry_after_ms", wait == null ? null : wait.toMillis(),
                "maybe_sent", failure.isMaybeSent(),
                "retry_safe", failure.isRetrySafe());
    }
}
