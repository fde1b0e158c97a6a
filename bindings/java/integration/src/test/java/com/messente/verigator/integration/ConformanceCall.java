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
import com.messente.verigator.serializers.GetUsersResponse;
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
        VerigatorBuilder builder =
                Verigator.builder(
                        string(options, "username", "user"),
                        string(options, "password", "pass:word"));
        builder.baseUrl(baseUrl)
                .maxRetries(number(options, "max_retries", 0))
                .maxRetryWait(Duration.ofMillis(number(options, "max_retry_wait_ms", 1)))
                .timeout(Duration.ofMillis(number(options, "timeout_ms", 10000)));
        for (String option : options.keySet()) {
            JsonElement value = options.get(option);
            switch (option) {
                case "connect_timeout_ms":
                    builder.connectTimeout(Duration.ofMillis(value.getAsLong()));
                    break;
                case "max_response_bytes":
                    builder.maxResponseBytes(value.getAsInt());
                    break;
                case "user_agent":
                    builder.userAgent(value.getAsString());
                    break;
                case "user_agent_prefix":
                    builder.userAgentPrefix(value.getAsString());
                    break;
                case "user_agent_suffix":
                    builder.userAgentSuffix(value.getAsString());
                    break;
                case "username":
                case "password":
                case "max_retries":
                case "max_retry_wait_ms":
                case "timeout_ms":
                    break;
                default:
                    throw new AssertionError("no option " + option);
            }
        }
        return builder.build();
    }

    private static String string(JsonObject options, String name, String otherwise) {
        return options.has(name) ? options.get(name).getAsString() : otherwise;
    }

    private static int number(JsonObject options, String name, int otherwise) {
        return options.has(name) ? options.get(name).getAsInt() : otherwise;
    }

    private JsonElement on(Verigator verigator, String operation) throws VerigatorException {
        if (operation.equals("create_service")) {
            return service(verigator.createService(text("name"), text("fqdn")));
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
        return form.has("hex")
                ? notText(form.get("hex").getAsString())
                : form.get("repeat").getAsString().repeat(form.get("times").getAsInt());
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
        if (users.length > 0) {
            value.addProperty("first_id", users[0].getId());
            value.addProperty("last_id", users[users.length - 1].getId());
        }
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
