#include "call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "verigator.h"

/* The arguments of any operation; those of others are NULL. */
struct arguments {
    char *fqdn, *name, *service_id, *phone_number, *id_in_service, *user_id, *token;
    verigator_method method;
    verigator_challenge *challenge;
};

typedef cJSON *operation(const verigator_ctx *ctx, const struct arguments *given);

static cJSON *create_service(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_service *service = GARBAGE;
    verigator_status status = verigator_service_create(ctx, given->fqdn, given->name, &service);
    return status ? describe_failure(status, service == NULL) : describe_service(service);
}

static cJSON *get_service(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_service *service = GARBAGE;
    verigator_status status = verigator_service_get(ctx, given->service_id, &service);
    return status ? describe_failure(status, service == NULL) : describe_service(service);
}

static cJSON *delete_service(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_status status = verigator_service_delete(ctx, given->service_id);
    return status ? describe_failure(status, true) : describe_nothing();
}

static cJSON *create_user(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_user *user = GARBAGE;
    verigator_status status = verigator_user_create(ctx, given->service_id, given->phone_number,
                                                    given->id_in_service, &user);
    return status ? describe_failure(status, user == NULL) : describe_user(user);
}

static cJSON *list_users(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_users *users = GARBAGE;
    verigator_status status = verigator_user_list(ctx, given->service_id, &users);
    return status ? describe_failure(status, users == NULL) : describe_users(users);
}

static cJSON *get_user(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_user *user = GARBAGE;
    verigator_status status = verigator_user_get(ctx, given->service_id, given->user_id, &user);
    return status ? describe_failure(status, user == NULL) : describe_user(user);
}

static cJSON *delete_user(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_status status = verigator_user_delete(ctx, given->service_id, given->user_id);
    return status ? describe_failure(status, true) : describe_nothing();
}

static cJSON *initiate(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_challenge *challenge = GARBAGE;
    verigator_status status =
        verigator_auth_start(ctx, given->service_id, given->user_id, given->method, &challenge);
    return status ? describe_failure(status, challenge == NULL) : describe_challenge(challenge);
}

static cJSON *initiate_simply(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_method method = 77;
    verigator_status status =
        verigator_auth_initiate(ctx, given->service_id, given->user_id, given->method, &method);
    return status ? describe_failure(status, method == 0) : describe_method(method);
}

static cJSON *verify(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_verification *verification = GARBAGE;
    verigator_status status =
        given->challenge ? verigator_auth_check(ctx, given->service_id, given->user_id,
                                                given->challenge, given->token, &verification)
                         : verigator_auth_check_token(ctx, given->service_id, given->user_id,
                                                      given->token, &verification);
    return status ? describe_failure(status, verification == NULL)
                  : describe_verification(verification);
}

static cJSON *verify_simply(const verigator_ctx *ctx, const struct arguments *given) {
    int32_t verified = 0x1234501;
    verigator_status status =
        verigator_auth_verify(ctx, given->service_id, given->user_id, given->token, &verified);
    return status ? describe_failure(status, verified == 0) : describe_verified(verified);
}

static const struct {
    const char *name;
    operation *run, *run_simply;
} OPERATIONS[] = {
    {"create_service", create_service, NULL}, {"get_service", get_service, NULL},
    {"delete_service", delete_service, NULL}, {"create_user", create_user, NULL},
    {"list_users", list_users, NULL},         {"get_user", get_user, NULL},
    {"delete_user", delete_user, NULL},       {"initiate", initiate, initiate_simply},
    {"verify", verify, verify_simply},
};

static const cJSON *get(const cJSON *object, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static char *repeated(const char *part, size_t times) {
    size_t length = strlen(part);
    char *text = calloc(length * times + 1, 1);
    for (size_t time = 0; time < times; time++)
        memcpy(text + time * length, part, length);
    return text;
}

static char *from_hex(const char *hex) {
    char *text = calloc(strlen(hex) / 2 + 1, 1);
    unsigned byte = 0;
    for (size_t index = 0; sscanf(hex + 2 * index, "%2x", &byte) == 1; index++)
        text[index] = (char)byte;
    return text;
}

/* A text argument; NULL for null and for what is absent. */
static char *text(const cJSON *arguments, const char *name) {
    const cJSON *value = get(arguments, name);
    const cJSON *repeat = get(value, "repeat"), *hex = get(value, "hex");
    if (repeat != NULL)
        return repeated(repeat->valuestring, (size_t)get(value, "times")->valuedouble);
    if (hex != NULL)
        return from_hex(hex->valuestring);
    return cJSON_IsString(value) ? repeated(value->valuestring, 1) : NULL;
}

static verigator_method method(const cJSON *value) {
    if (cJSON_IsNumber(value))
        return value->valueint;
    bool is_sms = cJSON_IsString(value) && strcmp(value->valuestring, "sms") == 0;
    return is_sms ? VERIGATOR_METHOD_SMS : VERIGATOR_METHOD_TOTP;
}

static verigator_challenge *challenge(const cJSON *value) {
    verigator_challenge *challenge = NULL;
    if (cJSON_IsObject(value) &&
        verigator_challenge_new(method(get(value, "method")),
                                cJSON_GetStringValue(get(value, "auth_id")), &challenge) != 0)
        fprintf(stderr, "the case's challenge was refused\n");
    return challenge;
}

static struct arguments read_arguments(const cJSON *arguments) {
    struct arguments given = {0};
    given.fqdn = text(arguments, "fqdn");
    given.name = text(arguments, "name");
    given.service_id = text(arguments, "service_id");
    given.phone_number = text(arguments, "phone_number");
    given.id_in_service = text(arguments, "id_in_service");
    given.user_id = text(arguments, "user_id");
    given.token = text(arguments, "token");
    given.method = method(get(arguments, "method"));
    given.challenge = challenge(get(arguments, "challenge"));
    return given;
}

static void free_arguments(struct arguments *given) {
    free(given->fqdn);
    free(given->name);
    free(given->service_id);
    free(given->phone_number);
    free(given->id_in_service);
    free(given->user_id);
    free(given->token);
    verigator_challenge_free(given->challenge);
}

static const char *text_option(const cJSON *options, const char *name, const char *otherwise) {
    const cJSON *value = get(options, name);
    return value ? value->valuestring : otherwise;
}

static uint32_t number_option(const cJSON *options, const char *name, uint32_t otherwise) {
    const cJSON *value = get(options, name);
    return value ? (uint32_t)value->valuedouble : otherwise;
}

/* Sets the options that each case has. */
static verigator_status set_defaults(verigator_config *config, const cJSON *options,
                                     const char *base_url) {
    verigator_status status = verigator_config_set_base_url(config, base_url);
    if (!status)
        status = verigator_config_set_max_retries(config, number_option(options, "max_retries", 0));
    if (!status)
        status = verigator_config_set_max_retry_wait_ms(
            config, number_option(options, "max_retry_wait_ms", 1));
    if (!status)
        status =
            verigator_config_set_timeout_ms(config, number_option(options, "timeout_ms", 10000));
    return status;
}

/* Sets the options that only some cases have. */
static verigator_status set_others(verigator_config *config, const cJSON *options) {
    verigator_status status = VERIGATOR_OK;
    if (!status && get(options, "connect_timeout_ms"))
        status = verigator_config_set_connect_timeout_ms(
            config, number_option(options, "connect_timeout_ms", 0));
    if (!status && get(options, "max_response_bytes"))
        status = verigator_config_set_max_response_bytes(
            config, number_option(options, "max_response_bytes", 0));
    if (!status && get(options, "user_agent"))
        status = verigator_config_set_user_agent(config, text_option(options, "user_agent", NULL));
    if (!status && get(options, "user_agent_prefix"))
        status = verigator_config_set_user_agent_prefix(
            config, text_option(options, "user_agent_prefix", NULL));
    if (!status && get(options, "user_agent_suffix"))
        status = verigator_config_set_user_agent_suffix(
            config, text_option(options, "user_agent_suffix", NULL));
    return status;
}

/* `*out` is left as it is on failure, as the library's own outputs are. */
static verigator_status make_context(const cJSON *options, const char *base_url,
                                     verigator_ctx **out) {
    verigator_config *config = NULL;
    verigator_status status =
        verigator_config_new(text_option(options, "username", "user"),
                             text_option(options, "password", "pass:word"), &config);
    if (!status)
        status = set_defaults(config, options, base_url);
    if (!status)
        status = set_others(config, options);
    if (!status)
        status = verigator_ctx_new(config, out);
    verigator_config_free(config);
    return status;
}

static operation *find(const cJSON *call, bool simple) {
    const char *name = get(call, "operation")->valuestring;
    for (size_t index = 0; index < sizeof OPERATIONS / sizeof *OPERATIONS; index++)
        if (strcmp(OPERATIONS[index].name, name) == 0)
            return simple ? OPERATIONS[index].run_simply : OPERATIONS[index].run;
    return NULL;
}

bool has_simple_form(const cJSON *call) {
    return find(call, true) != NULL && get(get(call, "arguments"), "challenge") == NULL;
}

cJSON *make_call(const cJSON *test, const char *base_url, bool simple) {
    const cJSON *call = get(test, "call");
    verigator_ctx *ctx = NULL;
    verigator_status status = make_context(get(test, "config"), base_url, &ctx);
    if (status)
        return describe_failure(status, ctx == NULL);
    struct arguments given = read_arguments(get(call, "arguments"));
    cJSON *outcome = find(call, simple)(ctx, &given);
    free_arguments(&given);
    verigator_ctx_free(ctx);
    return outcome;
}
