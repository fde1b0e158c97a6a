#include "describe.h"

#include <stdlib.h>
#include <string.h>

char garbage;

static const char *const KINDS[] = {NULL,        "usage",    "network", "timeout",
                                    "cancelled", "protocol", "service", "internal"};

static void add_text(cJSON *object, const char *key, const char *text) {
    cJSON_AddItemToObject(object, key, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

/* A number, or null for the value that stands for none. */
static void add_number(cJSON *object, const char *key, int64_t number, int64_t none) {
    cJSON *item = number == none ? cJSON_CreateNull() : cJSON_CreateNumber((double)number);
    cJSON_AddItemToObject(object, key, item);
}

static void add_method(cJSON *object, verigator_method method) {
    const char *name = method == VERIGATOR_METHOD_SMS             ? "sms"
                       : method == VERIGATOR_METHOD_TOTP          ? "totp"
                       : method == VERIGATOR_METHOD_RECOVERY_CODE ? "recovery_code"
                       : method == 0                              ? NULL
                                                                  : "unknown";
    add_text(object, "method", name);
}

void add_problem(cJSON *outcome, const char *problem) {
    cJSON_DeleteItemFromObject(outcome, "problem");
    add_text(outcome, "problem", problem);
}

/* What the caller sees: {"value": ...}, with a problem if the handle could not be freed. */
static cJSON *outcome(const char *kind, cJSON *content, verigator_status freed) {
    cJSON *result = cJSON_CreateObject();
    cJSON_AddItemToObject(result, kind, content);
    if (freed != VERIGATOR_OK)
        add_problem(result, "the handle could not be freed");
    return result;
}

cJSON *describe_nothing(void) {
    return outcome("value", cJSON_CreateNull(), VERIGATOR_OK);
}

cJSON *describe_service(verigator_service *service) {
    cJSON *value = cJSON_CreateObject();
    add_text(value, "id", verigator_service_id(service));
    add_text(value, "name", verigator_service_name(service));
    add_text(value, "ctime", verigator_service_ctime(service));
    return outcome("value", value, verigator_service_free(service));
}

cJSON *describe_user(verigator_user *user) {
    cJSON *value = cJSON_CreateObject();
    add_text(value, "id", verigator_user_id(user));
    add_text(value, "ctime", verigator_user_ctime(user));
    add_text(value, "id_in_service", verigator_user_id_in_service(user));
    return outcome("value", value, verigator_user_free(user));
}

cJSON *describe_users(verigator_users *users) {
    cJSON *value = cJSON_CreateObject();
    size_t count = verigator_users_count(users);
    cJSON *list = cJSON_AddArrayToObject(value, "users");
    for (size_t index = 0; index < count; index++) {
        cJSON *user = cJSON_CreateObject();
        add_text(user, "id", verigator_users_id(users, index));
        add_text(user, "ctime", verigator_users_ctime(users, index));
        add_text(user, "id_in_service", verigator_users_id_in_service(users, index));
        cJSON_AddItemToArray(list, user);
    }
    add_number(value, "total", (int64_t)verigator_users_total(users), -1);
    add_text(value, "next_cursor", verigator_users_next_cursor(users));
    bool ends = verigator_users_id(users, count) == NULL;
    cJSON *result = outcome("value", value, verigator_users_free(users));
    if (!ends)
        add_problem(result, "there is a user after the last one");
    return result;
}

cJSON *describe_services(verigator_services *services) {
    cJSON *value = cJSON_CreateObject();
    size_t count = verigator_services_count(services);
    cJSON *list = cJSON_AddArrayToObject(value, "services");
    for (size_t index = 0; index < count; index++) {
        cJSON *service = cJSON_CreateObject();
        add_text(service, "id", verigator_services_id(services, index));
        add_text(service, "name", verigator_services_name(services, index));
        add_text(service, "ctime", verigator_services_ctime(services, index));
        cJSON_AddItemToArray(list, service);
    }
    add_number(value, "total", (int64_t)verigator_services_total(services), -1);
    add_text(value, "next_cursor", verigator_services_next_cursor(services));
    bool ends = verigator_services_id(services, count) == NULL;
    cJSON *result = outcome("value", value, verigator_services_free(services));
    if (!ends)
        add_problem(result, "there is a service after the last one");
    return result;
}

cJSON *describe_enrolment(verigator_enrolment *enrolment) {
    cJSON *value = cJSON_CreateObject();
    add_text(value, "secret", verigator_enrolment_secret(enrolment));
    add_text(value, "uri", verigator_enrolment_uri(enrolment));
    add_text(value, "qr_svg", verigator_enrolment_qr_svg(enrolment));
    cJSON_AddBoolToObject(value, "replaced", verigator_enrolment_replaced(enrolment));
    return outcome("value", value, verigator_enrolment_free(enrolment));
}

cJSON *describe_enrolment_link(verigator_enrolment_link *link) {
    cJSON *value = cJSON_CreateObject();
    add_text(value, "url", verigator_enrolment_link_url(link));
    add_text(value, "expires_at", verigator_enrolment_link_expires_at(link));
    cJSON_AddBoolToObject(value, "replaced", verigator_enrolment_link_replaced(link));
    return outcome("value", value, verigator_enrolment_link_free(link));
}

cJSON *describe_totp_state(verigator_totp_state *state) {
    cJSON *value = cJSON_CreateObject();
    cJSON_AddBoolToObject(value, "confirmed", verigator_totp_state_confirmed(state));
    cJSON_AddBoolToObject(value, "pending", verigator_totp_state_pending(state));
    return outcome("value", value, verigator_totp_state_free(state));
}

cJSON *describe_recovery_codes(verigator_recovery_codes *codes) {
    cJSON *value = cJSON_CreateObject();
    size_t count = verigator_recovery_codes_count(codes);
    cJSON *list = cJSON_AddArrayToObject(value, "codes");
    for (size_t index = 0; index < count; index++)
        cJSON_AddItemToArray(list, cJSON_CreateString(verigator_recovery_codes_get(codes, index)));
    bool ends = verigator_recovery_codes_get(codes, count) == NULL;
    cJSON *result = outcome("value", value, verigator_recovery_codes_free(codes));
    if (!ends)
        add_problem(result, "there is a code after the last one");
    return result;
}

cJSON *describe_remaining(int64_t remaining) {
    cJSON *value = cJSON_CreateObject();
    cJSON_AddNumberToObject(value, "remaining", (double)remaining);
    return outcome("value", value, VERIGATOR_OK);
}

cJSON *describe_challenge(verigator_challenge *challenge) {
    cJSON *value = cJSON_CreateObject();
    add_method(value, verigator_challenge_method(challenge));
    add_text(value, "auth_id", verigator_challenge_auth_id(challenge));
    return outcome("value", value, verigator_challenge_free(challenge));
}

cJSON *describe_method(verigator_method method) {
    cJSON *value = cJSON_CreateObject();
    add_method(value, method);
    return outcome("value", value, VERIGATOR_OK);
}

cJSON *describe_verification(verigator_verification *verification) {
    cJSON *value = cJSON_CreateObject();
    cJSON_AddBoolToObject(value, "verified", verigator_verification_verified(verification));
    add_method(value, verigator_verification_method(verification));
    cJSON_AddBoolToObject(value, "throttled", verigator_verification_throttled(verification));
    cJSON_AddBoolToObject(value, "expired", verigator_verification_expired(verification));
    cJSON_AddBoolToObject(value, "invalid", verigator_verification_invalid(verification));
    add_text(value, "result", verigator_verification_result(verification));
    return outcome("value", value, verigator_verification_free(verification));
}

cJSON *describe_verified(int32_t verified) {
    cJSON *value = cJSON_CreateObject();
    cJSON_AddBoolToObject(value, "verified", verified);
    return outcome("value", value, VERIGATOR_OK);
}

/* The body is not NUL-terminated, and there is a length only where there is a body. */
static void add_body(cJSON *value, const verigator_error *error) {
    size_t length = 0;
    const char *body = verigator_error_body(error, &length);
    char *copy = calloc(length + 1, 1);
    if (body != NULL)
        memcpy(copy, body, length);
    add_text(value, "body", body ? copy : NULL);
    free(copy);
}

cJSON *describe_failure(verigator_status status, bool output_is_empty, verigator_error *error) {
    cJSON *value = cJSON_CreateObject();
    verigator_kind kind = verigator_error_kind(error);
    bool known = kind >= VERIGATOR_KIND_USAGE && kind <= VERIGATOR_KIND_INTERNAL;
    bool same_status = verigator_error_status(error) == status;
    add_number(value, "status", status, VERIGATOR_OK);
    add_text(value, "kind", known ? KINDS[kind] : NULL);
    add_number(value, "http_status", verigator_error_http_status(error), 0);
    add_text(value, "message", verigator_error_message(error));
    add_text(value, "service_message", verigator_error_service_message(error));
    add_body(value, error);
    add_text(value, "request_id", verigator_error_request_id(error));
    add_number(value, "retry_after_ms", verigator_error_retry_after_ms(error), -1);
    cJSON_AddBoolToObject(value, "maybe_sent", verigator_error_maybe_sent(error));
    cJSON_AddBoolToObject(value, "retry_safe", verigator_error_retry_safe(error));
    cJSON *result = outcome("error", value, verigator_error_free(error));
    if (!output_is_empty)
        add_problem(result, "the failed call has left something in an output");
    if (!same_status)
        add_problem(result, "the error is of another status");
    return result;
}
