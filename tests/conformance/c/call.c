#include "call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "verigator.h"

/* The arguments of any operation; those of others are NULL. */
struct arguments {
    char *fqdn, *name, *service_id, *phone_number, *id_in_service, *user_id, *token, *cursor;
    int64_t limit, lifetime_seconds;
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

static cJSON *find_service(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_service *answer = GARBAGE;
    verigator_status status = verigator_service_find(ctx, given->fqdn, &answer);
    return status ? describe_failure(status, answer == NULL) : describe_service(answer);
}

static cJSON *page_services(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_services *answer = GARBAGE;
    verigator_status status = verigator_service_page(ctx, given->limit, given->cursor, &answer);
    return status ? describe_failure(status, answer == NULL) : describe_services(answer);
}

static cJSON *page_users(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_users *answer = GARBAGE;
    verigator_status status =
        verigator_user_page(ctx, given->service_id, given->limit, given->cursor, &answer);
    return status ? describe_failure(status, answer == NULL) : describe_users(answer);
}

static cJSON *unlock_user(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_status status = verigator_user_unlock(ctx, given->service_id, given->user_id);
    return status ? describe_failure(status, true) : describe_nothing();
}

static cJSON *begin_totp(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_enrolment *answer = GARBAGE;
    verigator_status status = verigator_totp_begin(ctx, given->service_id, given->user_id, &answer);
    return status ? describe_failure(status, answer == NULL) : describe_enrolment(answer);
}

static cJSON *create_totp_link(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_enrolment_link *answer = GARBAGE;
    verigator_status status = verigator_totp_link_create(ctx, given->service_id, given->user_id,
                                                         given->lifetime_seconds, &answer);
    return status ? describe_failure(status, answer == NULL) : describe_enrolment_link(answer);
}

static cJSON *confirm_totp(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_status status =
        verigator_totp_confirm(ctx, given->service_id, given->user_id, given->token);
    return status ? describe_failure(status, true) : describe_nothing();
}

static cJSON *get_totp(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_totp_state *answer = GARBAGE;
    verigator_status status = verigator_totp_get(ctx, given->service_id, given->user_id, &answer);
    return status ? describe_failure(status, answer == NULL) : describe_totp_state(answer);
}

static cJSON *delete_totp(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_status status = verigator_totp_delete(ctx, given->service_id, given->user_id);
    return status ? describe_failure(status, true) : describe_nothing();
}

static cJSON *create_recovery_codes(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_recovery_codes *answer = GARBAGE;
    verigator_status status =
        verigator_recovery_codes_create(ctx, given->service_id, given->user_id, &answer);
    return status ? describe_failure(status, answer == NULL) : describe_recovery_codes(answer);
}

static cJSON *count_recovery_codes(const verigator_ctx *ctx, const struct arguments *given) {
    int64_t remaining = 77;
    verigator_status status =
        verigator_recovery_codes_remaining(ctx, given->service_id, given->user_id, &remaining);
    return status ? describe_failure(status, remaining == 0) : describe_remaining(remaining);
}

static cJSON *delete_recovery_codes(const verigator_ctx *ctx, const struct arguments *given) {
    verigator_status status =
        verigator_recovery_codes_delete(ctx, given->service_id, given->user_id);
    return status ? describe_failure(status, true) : describe_nothing();
}

static const struct {
    const char *name;
    operation *run, *run_simply;
} OPERATIONS[] = {
    {"create_service", create_service, NULL},
    {"get_service", get_service, NULL},
    {"delete_service", delete_service, NULL},
    {"create_user", create_user, NULL},
    {"list_users", list_users, NULL},
    {"get_user", get_user, NULL},
    {"delete_user", delete_user, NULL},
    {"initiate", initiate, initiate_simply},
    {"verify", verify, verify_simply},
    {"find_service", find_service, NULL},
    {"page_services", page_services, NULL},
    {"page_users", page_users, NULL},
    {"unlock_user", unlock_user, NULL},
    {"begin_totp", begin_totp, NULL},
    {"create_totp_link", create_totp_link, NULL},
    {"confirm_totp", confirm_totp, NULL},
    {"get_totp", get_totp, NULL},
    {"delete_totp", delete_totp, NULL},
    {"create_recovery_codes", create_recovery_codes, NULL},
    {"count_recovery_codes", count_recovery_codes, NULL},
    {"delete_recovery_codes", delete_recovery_codes, NULL},
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

/* The bytes that UTF-8 has for code units in hexadecimal; such a case has none of a whole pair. */
static char *from_utf16(const char *hex) {
    char *text = calloc(strlen(hex) / 4 * 3 + 1, 1), *end = text;
    unsigned unit = 0;
    for (size_t index = 0; sscanf(hex + 4 * index, "%4x", &unit) == 1; index++) {
        if (unit < 0x80) {
            *end++ = (char)unit;
            continue;
        }
        if (unit < 0x800) {
            *end++ = (char)(0xc0 | unit >> 6);
        } else {
            *end++ = (char)(0xe0 | unit >> 12);
            *end++ = (char)(0x80 | (unit >> 6 & 0x3f));
        }
        *end++ = (char)(0x80 | (unit & 0x3f));
    }
    return text;
}

/* A text; NULL for null and for what is absent. */
static char *text(const cJSON *arguments, const char *name) {
    const cJSON *value = get(arguments, name);
    const cJSON *repeat = get(value, "repeat"), *hex = get(value, "hex");
    const cJSON *utf16 = get(value, "utf16");
    if (repeat != NULL)
        return repeated(repeat->valuestring, (size_t)get(value, "times")->valuedouble);
    if (hex != NULL)
        return from_hex(hex->valuestring);
    if (utf16 != NULL)
        return from_utf16(utf16->valuestring);
    return cJSON_IsString(value) ? repeated(value->valuestring, 1) : NULL;
}

static verigator_method method(const cJSON *value) {
    if (cJSON_IsNumber(value))
        return value->valueint;
    const char *name = cJSON_IsString(value) ? value->valuestring : "totp";
    if (strcmp(name, "recovery_code") == 0)
        return VERIGATOR_METHOD_RECOVERY_CODE;
    return strcmp(name, "sms") == 0 ? VERIGATOR_METHOD_SMS : VERIGATOR_METHOD_TOTP;
}

/* The case's challenge, or NULL when it has none. */
static verigator_status read_challenge(const cJSON *value, verigator_challenge **challenge) {
    if (!cJSON_IsObject(value))
        return VERIGATOR_OK;
    char *auth_id = text(value, "auth_id");
    verigator_status status =
        verigator_challenge_new(method(get(value, "method")), auth_id, challenge);
    free(auth_id);
    return status;
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
    given.cursor = text(arguments, "cursor");
    const cJSON *limit = get(arguments, "limit");
    given.limit = limit ? (int64_t)limit->valuedouble : 0;
    const cJSON *lifetime = get(arguments, "lifetime_seconds");
    given.lifetime_seconds = lifetime ? (int64_t)lifetime->valuedouble : 0;
    given.method = method(get(arguments, "method"));
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
    free(given->cursor);
    verigator_challenge_free(given->challenge);
}

/* An option that is text; for free(). */
static char *text_option(const cJSON *options, const char *name, const char *otherwise) {
    return get(options, name) ? text(options, name) : repeated(otherwise, 1);
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

/* Sets the options that each case has. */
static verigator_status set_defaults(verigator_config *config, const char *base_url) {
    verigator_status status = verigator_config_set_base_url(config, base_url);
    if (!status)
        status = verigator_config_set_max_retries(config, 0);
    if (!status)
        status = verigator_config_set_max_retry_wait_ms(config, 1);
    if (!status)
        status = verigator_config_set_timeout_ms(config, 10000);
    return status;
}

static verigator_status set_proxy(verigator_config *config, const cJSON *options) {
    char *url = text(options, "proxy");
    char *username = text(options, "proxy_username"), *password = text(options, "proxy_password");
    verigator_status status = verigator_config_set_proxy(config, url, username, password);
    free(url);
    free(username);
    free(password);
    return status;
}

/* Sets the options that only some cases have. */
static verigator_status set_others(verigator_config *config, const cJSON *options) {
    verigator_status status = VERIGATOR_OK;
    for (size_t index = 0; !status && index < sizeof TEXTS / sizeof *TEXTS; index++) {
        if (get(options, TEXTS[index].name)) {
            char *value = text(options, TEXTS[index].name);
            status = TEXTS[index].set(config, value);
            free(value);
        }
    }
    for (size_t index = 0; !status && index < sizeof NUMBERS / sizeof *NUMBERS; index++)
        if (get(options, NUMBERS[index].name))
            status =
                NUMBERS[index].set(config, (int64_t)get(options, NUMBERS[index].name)->valuedouble);
    if (!status && get(options, "proxy"))
        status = set_proxy(config, options);
    if (!status && get(options, "min_tls_version"))
        status =
            verigator_config_set_min_tls_version(config, get(options, "min_tls_version")->valueint);
    return status;
}

/* `*out` is left as it is on failure, as the library's own outputs are. */
static verigator_status make_context(const cJSON *options, const char *base_url,
                                     verigator_ctx **out) {
    verigator_config *config = NULL;
    char *username = text_option(options, "username", "user");
    char *password = text_option(options, "password", "pass:word");
    verigator_status status = verigator_config_new(username, password, &config);
    free(username);
    free(password);
    if (!status)
        status = set_defaults(config, base_url);
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
    const cJSON *arguments = get(call, "arguments");
    struct arguments given = read_arguments(arguments);
    status = read_challenge(get(arguments, "challenge"), &given.challenge);
    cJSON *outcome = status ? describe_failure(status, given.challenge == NULL)
                            : find(call, simple)(ctx, &given);
    free_arguments(&given);
    verigator_ctx_free(ctx);
    return outcome;
}
