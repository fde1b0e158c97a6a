/* What Go calls in the place of verigator.h. Handles are uintptr_t, since they are values and no
 * addresses, which Go's collector must not take them for. Where a function fails, the thread's last
 * error is taken at once: Go may be on another thread by its next call. */
#ifndef VERIGATOR_GO_SHIM_H
#define VERIGATOR_GO_SHIM_H

#include "verigator.h"

/* A handle as the functions of C take it. */
#define HANDLE(type, value) ((verigator_##type *)(value))

/* What a function came to: its status; if that is not VERIGATOR_OK an error, else what it made. */
typedef struct {
    uintptr_t made;
    uintptr_t error;
    int32_t status;
} outcome;

static inline outcome came_to(verigator_status status, const void *made) {
    outcome outcome = {.made = (uintptr_t)made, .status = status};
    if (status != VERIGATOR_OK) {
        outcome.error = (uintptr_t)verigator_last_error();
        /* It has what the service said, which may be a secret. */
        verigator_clear_error();
    }
    return outcome;
}

/* Errors */

typedef struct {
    const char *message;
    const char *service_message;
    const char *request_id;
    const char *body;
    size_t body_length;
    int64_t retry_after_ms;
    int32_t status;
    int32_t kind;
    int32_t http_status;
    int32_t maybe_sent;
    int32_t retry_safe;
} error_fields;

static inline error_fields read_error(uintptr_t handle) {
    const verigator_error *error = HANDLE(error, handle);
    error_fields fields = {
        .message = verigator_error_message(error),
        .service_message = verigator_error_service_message(error),
        .request_id = verigator_error_request_id(error),
        .retry_after_ms = verigator_error_retry_after_ms(error),
        .status = verigator_error_status(error),
        .kind = verigator_error_kind(error),
        .http_status = verigator_error_http_status(error),
        .maybe_sent = verigator_error_maybe_sent(error),
        .retry_safe = verigator_error_retry_safe(error),
    };
    fields.body = verigator_error_body(error, &fields.body_length);
    return fields;
}

static inline void free_error(uintptr_t handle) {
    verigator_error_free(HANDLE(error, handle));
}

/* Configurations */

static inline outcome config_new(const char *username, const char *password) {
    verigator_config *config = NULL;
    verigator_status status = verigator_config_new(username, password, &config);
    return came_to(status, config);
}

static inline outcome config_from_env(void) {
    verigator_config *config = NULL;
    verigator_status status = verigator_config_from_env(&config);
    return came_to(status, config);
}

static inline void config_free(uintptr_t config) {
    verigator_config_free(HANDLE(config, config));
}

/* A setter of one value. */
#define SETTER(name, type)                                                                         \
    static inline outcome config_##name(uintptr_t config, type value) {                            \
        return came_to(verigator_config_##name(HANDLE(config, config), value), NULL);              \
    }

SETTER(set_base_url, const char *)
SETTER(set_allow_plain_http, int32_t)
SETTER(set_address, const char *)
SETTER(set_connect_timeout_ms, int64_t)
SETTER(set_timeout_ms, int64_t)
SETTER(set_max_retries, int64_t)
SETTER(set_max_retry_wait_ms, int64_t)
SETTER(set_ca_file, const char *)
SETTER(add_pinned_key, const char *)
SETTER(set_min_tls_version, int32_t)
SETTER(set_user_agent, const char *)
SETTER(set_user_agent_prefix, const char *)
SETTER(set_user_agent_suffix, const char *)
SETTER(set_max_idle_connections, int64_t)
SETTER(set_max_connections, int64_t)
SETTER(set_idle_timeout_ms, int64_t)
SETTER(set_max_response_bytes, int64_t)
SETTER(set_call_log, int32_t)

static inline outcome config_set_proxy(uintptr_t config, const char *url, const char *username,
                                       const char *password) {
    return came_to(verigator_config_set_proxy(HANDLE(config, config), url, username, password),
                   NULL);
}

static inline outcome config_unset_proxy(uintptr_t config) {
    return came_to(verigator_config_unset_proxy(HANDLE(config, config)), NULL);
}

static inline outcome config_set_ca_pem(uintptr_t config, const char *pem, size_t length) {
    return came_to(verigator_config_set_ca_pem(HANDLE(config, config), pem, length), NULL);
}

static inline outcome config_set_client_certificate_file(uintptr_t config, const char *chain,
                                                         const char *key) {
    return came_to(verigator_config_set_client_certificate_file(HANDLE(config, config), chain, key),
                   NULL);
}

static inline outcome config_set_client_certificate_pem(uintptr_t config, const char *chain,
                                                        size_t chain_length, const char *key,
                                                        size_t key_length) {
    return came_to(verigator_config_set_client_certificate_pem(HANDLE(config, config), chain,
                                                               chain_length, key, key_length),
                   NULL);
}

/* Contexts and queues */

static inline outcome ctx_new(uintptr_t config) {
    verigator_ctx *ctx = NULL;
    verigator_status status = verigator_ctx_new(HANDLE(config, config), &ctx);
    return came_to(status, ctx);
}

static inline outcome ctx_close(uintptr_t ctx) {
    return came_to(verigator_ctx_close(HANDLE(ctx, ctx)), NULL);
}

static inline outcome ctx_close_idle(uintptr_t ctx) {
    return came_to(verigator_ctx_close_idle(HANDLE(ctx, ctx)), NULL);
}

static inline void ctx_free(uintptr_t ctx) {
    verigator_ctx_free(HANDLE(ctx, ctx));
}

static inline outcome queue_new(uintptr_t ctx) {
    verigator_queue *queue = NULL;
    verigator_status status = verigator_queue_new(HANDLE(ctx, ctx), &queue);
    return came_to(status, queue);
}

static inline outcome queue_close(uintptr_t queue) {
    return came_to(verigator_queue_close(HANDLE(queue, queue)), NULL);
}

static inline void queue_free(uintptr_t queue) {
    verigator_queue_free(HANDLE(queue, queue));
}

/* A call that has ended. */
typedef struct {
    uintptr_t call;
    uint64_t tag;
    int32_t status;
} ended_call;

/* Waits for a call that has ended, and takes with it those that have ended as well, at most `most`.
 * Their number, or 0 and the queue's status. */
static inline int queue_next(uintptr_t queue, ended_call *ended, int most, int32_t *status) {
    int count = 0;
    verigator_call *call = NULL;
    while (count < most) {
        *status = verigator_queue_next(HANDLE(queue, queue), count == 0 ? -1 : 0, &call);
        if (*status != VERIGATOR_OK)
            break;
        ended[count].call = (uintptr_t)call;
        ended[count].tag = verigator_call_tag(call);
        ended[count].status = verigator_call_status(call);
        count++;
    }
    return count;
}

/* Calls */

/* Where a call is made. */
typedef struct {
    uintptr_t ctx;
    uintptr_t queue;
    uint64_t tag;
    int64_t timeout_ms; /* 0 for the context's */
} place;

/* Hands a call that was made to its queue; if it is refused, it is freed. */
static inline outcome submitted(verigator_status status, verigator_call *call, place place) {
    if (status == VERIGATOR_OK && place.timeout_ms != 0)
        status = verigator_call_set_timeout_ms(call, place.timeout_ms);
    if (status == VERIGATOR_OK)
        status = verigator_call_submit(call, HANDLE(queue, place.queue), place.tag);
    outcome outcome = came_to(status, call);
    if (status != VERIGATOR_OK)
        verigator_call_free(call);
    return outcome;
}

/* An operation on one text, on two and on three. */
#define OPERATION_1(name)                                                                          \
    static inline outcome start_##name(place place, const char *first) {                           \
        verigator_call *call = NULL;                                                               \
        verigator_status status = verigator_call_##name(HANDLE(ctx, place.ctx), first, &call);     \
        return submitted(status, call, place);                                                     \
    }
#define OPERATION_2(name)                                                                          \
    static inline outcome start_##name(place place, const char *first, const char *second) {       \
        verigator_call *call = NULL;                                                               \
        verigator_status status =                                                                  \
            verigator_call_##name(HANDLE(ctx, place.ctx), first, second, &call);                   \
        return submitted(status, call, place);                                                     \
    }
#define OPERATION_3(name)                                                                          \
    static inline outcome start_##name(place place, const char *first, const char *second,         \
                                       const char *third) {                                        \
        verigator_call *call = NULL;                                                               \
        verigator_status status =                                                                  \
            verigator_call_##name(HANDLE(ctx, place.ctx), first, second, third, &call);            \
        return submitted(status, call, place);                                                     \
    }

OPERATION_2(service_create)
OPERATION_1(service_get)
OPERATION_1(service_find)
OPERATION_1(service_delete)
OPERATION_3(user_create)
OPERATION_2(user_get)
OPERATION_2(user_find)
OPERATION_1(user_list)
OPERATION_2(user_unlock)
OPERATION_2(user_delete)
OPERATION_3(auth_check_token)
OPERATION_2(totp_begin)
OPERATION_3(totp_confirm)
OPERATION_2(totp_get)
OPERATION_2(totp_delete)
OPERATION_2(recovery_codes_create)
OPERATION_2(recovery_codes_remaining)
OPERATION_2(recovery_codes_delete)

static inline outcome start_service_page(place place, int64_t limit, const char *cursor) {
    verigator_call *call = NULL;
    verigator_status status =
        verigator_call_service_page(HANDLE(ctx, place.ctx), limit, cursor, &call);
    return submitted(status, call, place);
}

static inline outcome start_user_page(place place, const char *service_id, int64_t limit,
                                      const char *cursor) {
    verigator_call *call = NULL;
    verigator_status status =
        verigator_call_user_page(HANDLE(ctx, place.ctx), service_id, limit, cursor, &call);
    return submitted(status, call, place);
}

static inline outcome start_auth_start(place place, const char *service_id, const char *user_id,
                                       int32_t method) {
    verigator_call *call = NULL;
    verigator_status status =
        verigator_call_auth_start(HANDLE(ctx, place.ctx), service_id, user_id, method, &call);
    return submitted(status, call, place);
}

static inline outcome start_auth_check(place place, const char *service_id, const char *user_id,
                                       int32_t method, const char *auth_id, const char *token) {
    verigator_challenge *challenge = NULL;
    verigator_call *call = NULL;
    verigator_status status = verigator_challenge_new(method, auth_id, &challenge);
    if (status == VERIGATOR_OK)
        status = verigator_call_auth_check(HANDLE(ctx, place.ctx), service_id, user_id, challenge,
                                           token, &call);
    outcome outcome = submitted(status, call, place);
    verigator_challenge_free(challenge);
    return outcome;
}

static inline outcome start_totp_link_create(place place, const char *service_id,
                                             const char *user_id, int64_t lifetime_seconds) {
    verigator_call *call = NULL;
    verigator_status status = verigator_call_totp_link_create(HANDLE(ctx, place.ctx), service_id,
                                                              user_id, lifetime_seconds, &call);
    return submitted(status, call, place);
}

static inline void call_cancel(uintptr_t call) {
    /* One that has ended stays as it is, and one that was freed is nobody's. */
    if (verigator_call_cancel(HANDLE(call, call)) != VERIGATOR_OK)
        verigator_clear_error();
}

static inline uintptr_t call_error(uintptr_t call) {
    return (uintptr_t)verigator_call_error(HANDLE(call, call));
}

static inline void call_free(uintptr_t call) {
    verigator_call_free(HANDLE(call, call));
}

typedef struct {
    const char *message;
    int32_t level; /* 0 behind the last one */
} log_line;

static inline log_line call_log(uintptr_t call, size_t index) {
    log_line line = {
        .message = verigator_call_log_message(HANDLE(call, call), index),
        .level = verigator_call_log_level(HANDLE(call, call), index),
    };
    return line;
}

/* Answers: what a call was answered with, of which the strings are valid until it is freed. */

/* Frees an answer. */
#define FREE(type)                                                                                 \
    static inline void free_##type(uintptr_t handle) {                                             \
        verigator_##type##_free(HANDLE(type, handle));                                             \
    }

FREE(service)
FREE(services)
FREE(user)
FREE(users)
FREE(challenge)
FREE(verification)
FREE(enrolment)
FREE(enrolment_link)
FREE(totp_state)
FREE(recovery_codes)

typedef struct {
    uintptr_t handle;
    const char *id;
    const char *name;
    const char *ctime;
} service_fields;

static inline service_fields take_service(uintptr_t call) {
    verigator_service *service = verigator_call_service(HANDLE(call, call));
    service_fields fields = {
        .handle = (uintptr_t)service,
        .id = verigator_service_id(service),
        .name = verigator_service_name(service),
        .ctime = verigator_service_ctime(service),
    };
    return fields;
}

typedef struct {
    uintptr_t handle;
    size_t count;
    uint64_t total;
    const char *next_cursor;
} list_fields;

static inline list_fields take_services(uintptr_t call) {
    verigator_services *services = verigator_call_services(HANDLE(call, call));
    list_fields fields = {
        .handle = (uintptr_t)services,
        .count = verigator_services_count(services),
        .total = verigator_services_total(services),
        .next_cursor = verigator_services_next_cursor(services),
    };
    return fields;
}

static inline service_fields services_at(uintptr_t handle, size_t index) {
    const verigator_services *services = HANDLE(services, handle);
    service_fields fields = {
        .id = verigator_services_id(services, index),
        .name = verigator_services_name(services, index),
        .ctime = verigator_services_ctime(services, index),
    };
    return fields;
}

typedef struct {
    uintptr_t handle;
    const char *id;
    const char *ctime;
    const char *id_in_service;
} user_fields;

static inline user_fields take_user(uintptr_t call) {
    verigator_user *user = verigator_call_user(HANDLE(call, call));
    user_fields fields = {
        .handle = (uintptr_t)user,
        .id = verigator_user_id(user),
        .ctime = verigator_user_ctime(user),
        .id_in_service = verigator_user_id_in_service(user),
    };
    return fields;
}

static inline list_fields take_users(uintptr_t call) {
    verigator_users *users = verigator_call_users(HANDLE(call, call));
    list_fields fields = {
        .handle = (uintptr_t)users,
        .count = verigator_users_count(users),
        .total = verigator_users_total(users),
        .next_cursor = verigator_users_next_cursor(users),
    };
    return fields;
}

static inline user_fields users_at(uintptr_t handle, size_t index) {
    const verigator_users *users = HANDLE(users, handle);
    user_fields fields = {
        .id = verigator_users_id(users, index),
        .ctime = verigator_users_ctime(users, index),
        .id_in_service = verigator_users_id_in_service(users, index),
    };
    return fields;
}

typedef struct {
    uintptr_t handle;
    const char *auth_id;
    int32_t method;
} challenge_fields;

static inline challenge_fields take_challenge(uintptr_t call) {
    verigator_challenge *challenge = verigator_call_challenge(HANDLE(call, call));
    challenge_fields fields = {
        .handle = (uintptr_t)challenge,
        .auth_id = verigator_challenge_auth_id(challenge),
        .method = verigator_challenge_method(challenge),
    };
    return fields;
}

typedef struct {
    uintptr_t handle;
    const char *result;
    int32_t verified;
    int32_t method;
    int32_t throttled;
    int32_t expired;
    int32_t invalid;
} verification_fields;

static inline verification_fields take_verification(uintptr_t call) {
    verigator_verification *verification = verigator_call_verification(HANDLE(call, call));
    verification_fields fields = {
        .handle = (uintptr_t)verification,
        .result = verigator_verification_result(verification),
        .verified = verigator_verification_verified(verification),
        .method = verigator_verification_method(verification),
        .throttled = verigator_verification_throttled(verification),
        .expired = verigator_verification_expired(verification),
        .invalid = verigator_verification_invalid(verification),
    };
    return fields;
}

typedef struct {
    uintptr_t handle;
    const char *secret;
    const char *uri;
    const char *qr_svg;
    int32_t replaced;
} enrolment_fields;

static inline enrolment_fields take_enrolment(uintptr_t call) {
    verigator_enrolment *enrolment = verigator_call_enrolment(HANDLE(call, call));
    enrolment_fields fields = {
        .handle = (uintptr_t)enrolment,
        .secret = verigator_enrolment_secret(enrolment),
        .uri = verigator_enrolment_uri(enrolment),
        .qr_svg = verigator_enrolment_qr_svg(enrolment),
        .replaced = verigator_enrolment_replaced(enrolment),
    };
    return fields;
}

typedef struct {
    uintptr_t handle;
    const char *url;
    const char *expires_at;
    int32_t replaced;
} enrolment_link_fields;

static inline enrolment_link_fields take_enrolment_link(uintptr_t call) {
    verigator_enrolment_link *link = verigator_call_enrolment_link(HANDLE(call, call));
    enrolment_link_fields fields = {
        .handle = (uintptr_t)link,
        .url = verigator_enrolment_link_url(link),
        .expires_at = verigator_enrolment_link_expires_at(link),
        .replaced = verigator_enrolment_link_replaced(link),
    };
    return fields;
}

typedef struct {
    uintptr_t handle;
    int32_t confirmed;
    int32_t pending;
} totp_state_fields;

static inline totp_state_fields take_totp_state(uintptr_t call) {
    verigator_totp_state *state = verigator_call_totp_state(HANDLE(call, call));
    totp_state_fields fields = {
        .handle = (uintptr_t)state,
        .confirmed = verigator_totp_state_confirmed(state),
        .pending = verigator_totp_state_pending(state),
    };
    return fields;
}

static inline list_fields take_recovery_codes(uintptr_t call) {
    verigator_recovery_codes *codes = verigator_call_recovery_codes(HANDLE(call, call));
    list_fields fields = {
        .handle = (uintptr_t)codes,
        .count = verigator_recovery_codes_count(codes),
    };
    return fields;
}

static inline const char *recovery_codes_at(uintptr_t codes, size_t index) {
    return verigator_recovery_codes_get(HANDLE(recovery_codes, codes), index);
}

static inline int64_t take_remaining(uintptr_t call) {
    return verigator_call_remaining(HANDLE(call, call));
}

#endif
