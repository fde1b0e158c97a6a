#include "call.h"

#include <string.h>

#include "describe.h"
#include "verigator.h"

static const cJSON *get(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* A text; NULL for null and for what is absent. */
static const char *text(const cJSON *object, const char *name) {
    return cJSON_GetStringValue(get(object, name));
}

static int64_t number(const cJSON *object, const char *name) {
    return (int64_t)cJSON_GetNumberValue(get(object, name));
}

static verigator_method method(const cJSON *object) {
    const char *name = text(object, "method");
    if (name == NULL)
        return (verigator_method)number(object, "method");
    return strcmp(name, "sms") == 0    ? VERIGATOR_METHOD_SMS
           : strcmp(name, "totp") == 0 ? VERIGATOR_METHOD_TOTP
                                       : VERIGATOR_METHOD_RECOVERY_CODE;
}

/* What an operation needs: the arguments, and the challenge that is made of one. */
struct given {
    const verigator_ctx *ctx;
    const cJSON *arguments;
    const verigator_challenge *challenge;
};

#define TEXT(name) text(given->arguments, name)
#define NUMBER(name) number(given->arguments, name)
#define SERVICE TEXT("service_id")
#define USER SERVICE, TEXT("user_id")

/* Has the queue of the context make the call. What is wrong with how that went, or NULL. */
static const char *pass_through_queue(const verigator_ctx *ctx, verigator_call *call) {
    verigator_queue *queue = NULL;
    verigator_call *ended = NULL;
    const char *problem = NULL;
    if (verigator_queue_new(ctx, &queue) || verigator_call_submit(call, queue, 42))
        problem = "the queue does not take the call";
    else if (verigator_queue_next(queue, -1, &ended) || ended != call)
        problem = "the call did not come out of the queue";
    else if (verigator_call_tag(call) != 42)
        problem = "the call has another tag";
    else if (verigator_queue_next(queue, -1, &ended) != VERIGATOR_EMPTY || ended != NULL)
        problem = "more came out of the queue";
    if (verigator_queue_free(queue))
        problem = "the queue could not be freed";
    return problem;
}

/* Frees the call, of which this came, and adds what was wrong with how it was made. */
static cJSON *finish(verigator_call *call, cJSON *outcome, const char *problem) {
    if (problem != NULL)
        add_problem(outcome, problem);
    if (verigator_call_free(call))
        add_problem(outcome, "the call could not be freed");
    return outcome;
}

/*
 * An operation that blocks, and one that a queue makes; `function` is the end of both names. Its
 * answer is described by its `noun`. One that fails leaves `empty` and none, whatever was there.
 */
#define ANSWERED(name, function, noun, type, garbage, empty, none, ...)                            \
    static cJSON *name(const struct given *given) {                                                \
        type answer = garbage;                                                                     \
        verigator_status status = verigator_##function(given->ctx, __VA_ARGS__, &answer);          \
        return status ? describe_failure(status, answer == (empty), verigator_last_error())        \
                      : describe_##noun(answer);                                                   \
    }                                                                                              \
    static cJSON *name##_queued(const struct given *given) {                                       \
        verigator_call *call = GARBAGE;                                                            \
        verigator_status status = verigator_call_##function(given->ctx, __VA_ARGS__, &call);       \
        if (status)                                                                                \
            return describe_failure(status, call == NULL, verigator_last_error());                 \
        const char *problem = pass_through_queue(given->ctx, call);                                \
        status = verigator_call_status(call);                                                      \
        type answer = verigator_call_##noun(call);                                                 \
        cJSON *outcome =                                                                           \
            status ? describe_failure(status, answer == (none), verigator_call_error(call))        \
                   : describe_##noun(answer);                                                      \
        return finish(call, outcome, problem);                                                     \
    }

/* One whose answer is a handle. */
#define OPERATION(name, function, noun, ...)                                                       \
    ANSWERED(name, function, noun, verigator_##noun *, GARBAGE, NULL, NULL, __VA_ARGS__)

/* One without an answer. */
#define ACTION(name, function, ...)                                                                \
    static cJSON *name(const struct given *given) {                                                \
        verigator_status status = verigator_##function(given->ctx, __VA_ARGS__);                   \
        return status ? describe_failure(status, true, verigator_last_error())                     \
                      : describe_nothing();                                                        \
    }                                                                                              \
    static cJSON *name##_queued(const struct given *given) {                                       \
        verigator_call *call = GARBAGE;                                                            \
        verigator_status status = verigator_call_##function(given->ctx, __VA_ARGS__, &call);       \
        if (status)                                                                                \
            return describe_failure(status, call == NULL, verigator_last_error());                 \
        const char *problem = pass_through_queue(given->ctx, call);                                \
        status = verigator_call_status(call);                                                      \
        cJSON *outcome = status ? describe_failure(status, true, verigator_call_error(call))       \
                                : describe_nothing();                                              \
        return finish(call, outcome, problem);                                                     \
    }

OPERATION(create_service, service_create, service, TEXT("fqdn"), TEXT("name"))
OPERATION(find_service, service_find, service, TEXT("fqdn"))
OPERATION(get_service, service_get, service, SERVICE)
ACTION(delete_service, service_delete, SERVICE)
OPERATION(page_services, service_page, services, NUMBER("limit"), TEXT("cursor"))
OPERATION(create_user, user_create, user, SERVICE, TEXT("phone_number"), TEXT("id_in_service"))
OPERATION(find_user, user_find, user, SERVICE, TEXT("id_in_service"))
OPERATION(get_user, user_get, user, USER)
ACTION(delete_user, user_delete, USER)
ACTION(unlock_user, user_unlock, USER)
OPERATION(list_users, user_list, users, SERVICE)
OPERATION(page_users, user_page, users, SERVICE, NUMBER("limit"), TEXT("cursor"))
OPERATION(initiate, auth_start, challenge, USER, method(given->arguments))
OPERATION(verify, auth_check, verification, USER, given->challenge, TEXT("token"))
OPERATION(verify_token, auth_check_token, verification, USER, TEXT("token"))
OPERATION(begin_totp, totp_begin, enrolment, USER)
OPERATION(create_totp_link, totp_link_create, enrolment_link, USER, NUMBER("lifetime_seconds"))
ACTION(confirm_totp, totp_confirm, USER, TEXT("token"))
OPERATION(get_totp, totp_get, totp_state, USER)
ACTION(delete_totp, totp_delete, USER)
OPERATION(create_recovery_codes, recovery_codes_create, recovery_codes, USER)
ANSWERED(count_recovery_codes, recovery_codes_remaining, remaining, int64_t, 77, 0, -1, USER)
ACTION(delete_recovery_codes, recovery_codes_delete, USER)

static cJSON *initiate_simply(const struct given *given) {
    verigator_method answer = 77;
    verigator_status status =
        verigator_auth_initiate(given->ctx, USER, method(given->arguments), &answer);
    return status ? describe_failure(status, answer == 0, verigator_last_error())
                  : describe_method(answer);
}

static cJSON *verify_simply(const struct given *given) {
    int32_t answer = 0x1234501;
    verigator_status status = verigator_auth_verify(given->ctx, USER, TEXT("token"), &answer);
    return status ? describe_failure(status, answer == 0, verigator_last_error())
                  : describe_verified(answer);
}

#define ROW(name)                                                                                  \
    { #name, name, name##_queued, NULL }

static const struct {
    const char *name;
    cJSON *(*block)(const struct given *), *(*queue)(const struct given *);
    /* With the function that has a single output, if there is one. */
    cJSON *(*simply)(const struct given *);
} OPERATIONS[] = {
    ROW(create_service),
    ROW(find_service),
    ROW(get_service),
    ROW(delete_service),
    ROW(page_services),
    ROW(create_user),
    ROW(find_user),
    ROW(get_user),
    ROW(delete_user),
    ROW(unlock_user),
    ROW(list_users),
    ROW(page_users),
    {"initiate", initiate, initiate_queued, initiate_simply},
    ROW(verify),
    {"verify_token", verify_token, verify_token_queued, verify_simply},
    ROW(begin_totp),
    ROW(create_totp_link),
    ROW(confirm_totp),
    ROW(get_totp),
    ROW(delete_totp),
    ROW(create_recovery_codes),
    ROW(count_recovery_codes),
    ROW(delete_recovery_codes),
};

static cJSON *operate(const char *name, const char *way, const struct given *given) {
    for (size_t index = 0; index < sizeof OPERATIONS / sizeof *OPERATIONS; index++) {
        if (strcmp(OPERATIONS[index].name, name) != 0)
            continue;
        return strcmp(way, "queue") == 0    ? OPERATIONS[index].queue(given)
               : strcmp(way, "simple") == 0 ? OPERATIONS[index].simply(given)
                                            : OPERATIONS[index].block(given);
    }
    cJSON *outcome = cJSON_CreateObject();
    add_problem(outcome, "there is no such operation");
    return outcome;
}

/* The options that are one text or one number. */
static const struct {
    const char *name;
    verigator_status(VERIGATOR_CALL *set)(verigator_config *config, const char *value);
} TEXTS[] = {
    {"base_url", verigator_config_set_base_url},
    {"address", verigator_config_set_address},
    {"ca_file", verigator_config_set_ca_file},
    {"pinned_key", verigator_config_add_pinned_key},
    {"user_agent", verigator_config_set_user_agent},
    {"user_agent_prefix", verigator_config_set_user_agent_prefix},
    {"user_agent_suffix", verigator_config_set_user_agent_suffix},
};
static const struct {
    const char *name;
    verigator_status(VERIGATOR_CALL *set)(verigator_config *config, int64_t value);
} NUMBERS[] = {
    {"max_retries", verigator_config_set_max_retries},
    {"max_retry_wait_ms", verigator_config_set_max_retry_wait_ms},
    {"timeout_ms", verigator_config_set_timeout_ms},
    {"connect_timeout_ms", verigator_config_set_connect_timeout_ms},
    {"idle_timeout_ms", verigator_config_set_idle_timeout_ms},
    {"max_idle_connections", verigator_config_set_max_idle_connections},
    {"max_response_bytes", verigator_config_set_max_response_bytes},
};

static verigator_status set_options(verigator_config *config, const cJSON *options) {
    verigator_status status = VERIGATOR_OK;
    for (size_t index = 0; !status && index < sizeof TEXTS / sizeof *TEXTS; index++)
        if (get(options, TEXTS[index].name))
            status = TEXTS[index].set(config, text(options, TEXTS[index].name));
    for (size_t index = 0; !status && index < sizeof NUMBERS / sizeof *NUMBERS; index++)
        if (get(options, NUMBERS[index].name))
            status = NUMBERS[index].set(config, number(options, NUMBERS[index].name));
    if (!status && get(options, "proxy"))
        status = verigator_config_set_proxy(config, text(options, "proxy"),
                                            text(options, "proxy_username"),
                                            text(options, "proxy_password"));
    if (!status && get(options, "min_tls_version"))
        status = verigator_config_set_min_tls_version(
            config, (verigator_tls_version)number(options, "min_tls_version"));
    return status;
}

/* `*out` is left as it is on failure, as the library's own outputs are. */
static verigator_status make_context(const cJSON *options, verigator_ctx **out) {
    verigator_config *config = NULL;
    verigator_status status =
        verigator_config_new(text(options, "username"), text(options, "password"), &config);
    if (!status)
        status = set_options(config, options);
    if (!status)
        status = verigator_ctx_new(config, out);
    verigator_config_free(config);
    return status;
}

cJSON *make_call(const cJSON *told) {
    const cJSON *arguments = get(told, "arguments"), *parts = get(arguments, "challenge");
    const char *name = text(told, "operation");
    verigator_ctx *ctx = NULL;
    verigator_challenge *challenge = NULL;
    verigator_status status = make_context(get(told, "config"), &ctx);
    if (!status && parts)
        status = verigator_challenge_new(method(parts), text(parts, "auth_id"), &challenge);
    if (!parts && strcmp(name, "verify") == 0)
        name = "verify_token";
    const struct given given = {ctx, arguments, challenge};
    cJSON *outcome = status ? describe_failure(status, challenge == NULL, verigator_last_error())
                            : operate(name, text(told, "way"), &given);
    verigator_challenge_free(challenge);
    verigator_ctx_free(ctx);
    return outcome;
}
