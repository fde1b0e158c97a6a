package com.messente.verigator.integration;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** Makes a case's call, and tells what came of it in the form of a case's {@code expect}. */
final class ConformanceCall {
    private final JsonObject arguments;

    private ConformanceCall(JsonObject arguments) {
        this.arguments = arguments;
    }

    static JsonObject outcome(JsonObject test, String baseUrl) throws Exception {
        JsonObject options = test.has("config") ? test.getAsJsonObject("config") : new JsonObject();
        JsonObject call = test.getAsJsonObject("call");
        JsonObject outcome = new JsonObject();
        try (Verigator verigator = client(options, baseUrl)) {
            ConformanceCall made = new ConformanceCall(call.getAsJsonObject("arguments"));
            outcome.add("value", made.on(verigator, call.get("operation").getAsString()));
        } catch (IllegalArgumentException refusal) {
            outcome.add("error", error((VerigatorException) refusal.getCause()));
        } catch (VerigatorException failure) {
            outcome.add("error", error(failure));
        }
        return outcome;
    }

    private static Verigator client(JsonObject options, String baseUrl) {
        ConformanceCall texts = new ConformanceCall(options);
        VerigatorBuilder builder =
                Verigator.builder(
                        options.has("username") ? texts.text("username") : "user",
                        options.has("password") ? texts.text("password") : "pass:word");
        builder.baseUrl(baseUrl)
                .maxRetries(0)
                .maxRetryWait(Duration.ofMillis(1))
                .timeout(Duration.ofMillis(10000));
        for (String option : options.keySet()) {
            texts.set(builder, option);
        }
        return builder.build();
    }

    /** Sets an option, of which this object is those of a case. */
    private void set(VerigatorBuilder builder, String option) {
        switch (option) {
            case "base_url":
                builder.baseUrl(text(option));
                break;
            case "address":
                builder.address(text(option));
                break;
            case "connect_timeout_ms":
                builder.connectTimeout(time(option));
                break;
            case "timeout_ms":
                builder.timeout(time(option));
                break;
            case "max_retries":
                builder.maxRetries(number(option));
                break;
            case "max_retry_wait_ms":
                builder.maxRetryWait(time(option));
                break;
            case "proxy":
                builder.proxy(text(option), text("proxy_username"), text("proxy_password"));
                break;
            case "pinned_key":
                builder.pinnedKey(text(option));
                break;
            case "user_agent":
                builder.userAgent(text(option));
                break;
            case "user_agent_prefix":
                builder.userAgentPrefix(text(option));
                break;
            case "user_agent_suffix":
                builder.userAgentSuffix(text(option));
                break;
            case "max_idle_connections":
                builder.maxIdleConnections(number(option));
                break;
            case "idle_timeout_ms":
                builder.idleTimeout(time(option));
                break;
            case "max_response_bytes":
                builder.maxResponseBytes(number(option));
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

    private Duration time(String name) {
        return Duration.ofMillis(arguments.get(name).getAsLong());
    }

    private int number(String name) {
        return arguments.get(name).getAsInt();
    }

    private JsonElement on(Verigator verigator, String operation) throws VerigatorException {
        if (operation.equals("create_service")) {
            return service(verigator.createService(text("name"), text("fqdn")));
        }
        if (operation.equals("find_service")) {
            return service(verigator.findService(text("fqdn")));
        }
        if (operation.equals("page_services")) {
            return services(verigator.listServices(number("limit"), text("cursor")));
        }
        Service service = new Service(text("service_id"), verigator);
        User user = new User(service, text("user_id"));
        switch (operation) {
            case "get_service":
                return service(verigator.getService(text("service_id")));
            case "delete_service":
                service.delete();
                return JsonNull.INSTANCE;
            case "create_user":
                return user(service.registerUser(text("id_in_service"), text("phone_number")));
            case "list_users":
                return users(service.listUsers());
            case "get_user":
                return user(service.getUser(text("user_id")));
            case "delete_user":
                user.delete();
                return JsonNull.INSTANCE;
            case "initiate":
                return authentication(user.authenticate(text("method")));
            case "verify":
                return verification(verify(user));
            case "page_users":
                return users(service.listUsers(number("limit"), text("cursor")));
            default:
                return selfService(user, operation);
        }
    }

    private JsonElement selfService(User user, String operation) throws VerigatorException {
        switch (operation) {
            case "begin_totp":
                return enrolment(user.beginTotp());
            case "create_totp_link":
                return enrolmentLink(
                        user.createTotpLink(arguments.get("lifetime_seconds").getAsLong()));
            case "confirm_totp":
                user.confirmTotp(text("token"));
                return JsonNull.INSTANCE;
            case "get_totp":
                return totpState(user.getTotp());
            case "delete_totp":
                user.deleteTotp();
                return JsonNull.INSTANCE;
            case "create_recovery_codes":
                return recoveryCodes(user.createRecoveryCodes());
            case "count_recovery_codes":
                return remaining(user.countRecoveryCodes());
            case "delete_recovery_codes":
                user.deleteRecoveryCodes();
                return JsonNull.INSTANCE;
            case "unlock_user":
                user.unlock();
                return JsonNull.INSTANCE;
            default:
                throw new AssertionError("no operation " + operation);
        }
    }

    private VerificationResponse verify(User user) throws VerigatorException {
        if (!arguments.has("challenge")) {
            return user.verifyPin(text("token"));
        }
        ConformanceCall parts = new ConformanceCall(arguments.getAsJsonObject("challenge"));
        return user.verifyPin(
                text("token"),
                new AuthenticationResponse(parts.text("method"), parts.text("auth_id")));
    }

    private static boolean isNull(JsonElement value) {
        return value == null || value.isJsonNull();
    }

    private String text(String name) {
        JsonElement value = arguments.get(name);
        if (isNull(value)) {
            return null;
        }
        if (!value.isJsonObject()) {
            return value.getAsString();
        }
        JsonObject form = value.getAsJsonObject();
        if (form.has("hex")) {
            return notText(form.get("hex").getAsString());
        }
        return form.has("utf16")
                ? fromUnits(form.get("utf16").getAsString())
                : form.get("repeat").getAsString().repeat(form.get("times").getAsInt());
    }

    private static String fromUnits(String hex) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < hex.length(); at += 4) {
            text.append((char) Integer.parseInt(hex.substring(at, at + 4), 16));
        }
        return text.toString();
    }

    /** Bytes that are no text are in Java a string that is none: with halves of surrogate pairs. */
    private static String notText(String hex) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < hex.length(); at += 2) {
            int value = Integer.parseInt(hex.substring(at, at + 2), 16);
            text.append((char) (value < 0x80 ? value : 0xdc00 + value));
        }
        return text.toString();
    }

    private static JsonObject service(Service service) {
        JsonObject value = new JsonObject();
        value.addProperty("id", service.getServiceId());
        value.addProperty("name", service.getName());
        value.addProperty("ctime", service.getCtime());
        return value;
    }

    private static JsonObject user(User user) {
        JsonObject value = new JsonObject();
        value.addProperty("id", user.getId());
        value.addProperty("ctime", user.getCtime());
        value.addProperty("id_in_service", user.getUsername());
        return value;
    }

    private static JsonObject users(GetUsersResponse list) {
        User[] users = list.getUsers();
        JsonArray all = new JsonArray();
        for (User user : users) {
            all.add(user(user));
        }
        JsonObject value = new JsonObject();
        value.add("users", all);
        value.addProperty("users_count", users.length);
        value.addProperty("total", list.getTotal());
        value.addProperty("next_cursor", list.getNextCursor());
        if (users.length > 0) {
            value.addProperty("first_id", users[0].getId());
            value.addProperty("last_id", users[users.length - 1].getId());
        }
        return value;
    }

    private static JsonObject services(GetServicesResponse list) {
        JsonArray all = new JsonArray();
        for (Service service : list.getServices()) {
            all.add(service(service));
        }
        JsonObject value = new JsonObject();
        value.add("services", all);
        value.addProperty("total", list.getTotal());
        value.addProperty("next_cursor", list.getNextCursor());
        return value;
    }

    private static JsonObject enrolment(EnrolmentResponse enrolment) {
        JsonObject value = new JsonObject();
        value.addProperty("secret", enrolment.getSecret());
        value.addProperty("uri", enrolment.getUri());
        value.addProperty("qr_svg", enrolment.getQrSvg());
        value.addProperty("replaced", enrolment.isReplaced());
        return value;
    }

    private static JsonObject enrolmentLink(EnrolmentLinkResponse link) {
        JsonObject value = new JsonObject();
        value.addProperty("url", link.getUrl());
        value.addProperty("expires_at", link.getExpiresAt());
        value.addProperty("replaced", link.isReplaced());
        return value;
    }

    private static JsonObject totpState(TotpStateResponse state) {
        JsonObject value = new JsonObject();
        value.addProperty("confirmed", state.isConfirmed());
        value.addProperty("pending", state.isPending());
        return value;
    }

    private static JsonObject recoveryCodes(String[] codes) {
        JsonArray all = new JsonArray();
        for (String code : codes) {
            all.add(code);
        }
        JsonObject value = new JsonObject();
        value.add("codes", all);
        return value;
    }

    private static JsonObject remaining(long codes) {
        JsonObject value = new JsonObject();
        value.addProperty("remaining", codes);
        return value;
    }

    private static JsonObject authentication(AuthenticationResponse response) {
        JsonObject value = new JsonObject();
        value.addProperty("method", response.getMethod());
        value.addProperty("auth_id", response.getAuthId());
        return value;
    }

    private static JsonObject verification(VerificationResponse response) {
        JsonObject value = new JsonObject();
        value.addProperty("verified", response.isVerified());
        value.addProperty("method", response.getMethod());
        value.addProperty("throttled", response.getStatus().isThrottled());
        value.addProperty("expired", response.getStatus().isExpired());
        value.addProperty("invalid", response.getStatus().isInvalid());
        value.addProperty("result", response.getStatus().getResult());
        return value;
    }

    private static JsonObject error(VerigatorException failure) {
        JsonObject error = new JsonObject();
        byte[] body = failure.getBody();
        Duration wait = failure.getRetryAfter();
        error.addProperty("status", failure.getStatus());
        error.addProperty("kind", failure.getKind().name().toLowerCase(Locale.ROOT));
        error.addProperty(
                "http_status", failure.getHttpStatus() == 0 ? null : failure.getHttpStatus());
        error.addProperty("message", failure.getMessage());
        error.addProperty("service_message", failure.getServiceMessage());
        error.addProperty("body", body == null ? null : new String(body, StandardCharsets.UTF_8));
        error.addProperty("request_id", failure.getRequestId());
        error.addProperty("retry_after_ms", wait == null ? null : wait.toMillis());
        error.addProperty("maybe_sent", failure.isMaybeSent());
        error.addProperty("retry_safe", failure.isRetrySafe());
        return error;
    }
}
