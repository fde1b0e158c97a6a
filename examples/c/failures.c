/* What can go wrong, and how a program tells one failure from another: each is brought about, and
 * printed as a line of examples/failures.txt.
 *
 * What a program does is in explain(), print_failure() and print_answer(); the rest makes trouble,
 * for which it needs a `verigator-server --dev --chaos`. VERIGATOR_USERNAME, VERIGATOR_PASSWORD and
 * VERIGATOR_BASE_URL say where, and as whom.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <verigator.h>

#include "http.h"
#include "phone.h"

#define WRONG "That is not right. Please correct it."
#define TAKEN "You are registered already."
#define OLD "That code is too old. Ask for another."
#define NO_CODE "If no code comes, ask for another."
#define WAIT "Too many attempts. Wait a while."
#define LATER "We cannot log you in now. Try again later."
#define BEGIN "Please begin again, or call us."
#define CALL_US "We cannot log you in. Please call us."

/* Prints one line of the table. */
static void print_line(const char *situation, const char *what, const char *sent, const char *again,
                       const char *tell) {
    printf("%-28s%-24s%-7s%-19s%s\n", situation, what, sent, again, tell);
}

/* What a failure is, whether the same call may succeed later, and what the user reads. */
typedef struct {
    const char *what;
    bool may_succeed;
    const char *tell;
} explanation;

static explanation explain(verigator_status status) {
    switch (status) {
    case VERIGATOR_INVALID_ARGUMENT:
        return (explanation){"invalid argument", false, WRONG};
    case VERIGATOR_INVALID_CONFIG:
        return (explanation){"invalid option", false, CALL_US};
    case VERIGATOR_CLOSED:
        return (explanation){"closed before the call", false, LATER};
    case VERIGATOR_DNS:
        return (explanation){"name not found", true, LATER};
    case VERIGATOR_CONNECT:
        return (explanation){"no connection", true, LATER};
    case VERIGATOR_TLS:
        return (explanation){"TLS failed", false, CALL_US};
    case VERIGATOR_DISCONNECTED:
        return (explanation){"connection broken", true, LATER};
    case VERIGATOR_TIMEOUT:
        return (explanation){"deadline passed", true, LATER};
    case VERIGATOR_CANCELLED:
        return (explanation){"closed during the call", false, LATER};
    case VERIGATOR_PROXY:
        return (explanation){"proxy failed", true, LATER};
    case VERIGATOR_PROTOCOL:
        return (explanation){"no valid reply", false, CALL_US};
    case VERIGATOR_TOO_LARGE:
        return (explanation){"reply too large", false, CALL_US};
    case VERIGATOR_UNAUTHORIZED:
        return (explanation){"wrong credentials", false, CALL_US};
    case VERIGATOR_FORBIDDEN:
        return (explanation){"forbidden", false, CALL_US};
    case VERIGATOR_NOT_FOUND:
        return (explanation){"not found", false, BEGIN};
    case VERIGATOR_CONFLICT:
        return (explanation){"conflict", false, TAKEN};
    case VERIGATOR_BAD_REQUEST:
    case VERIGATOR_INVALID_DATA:
        return (explanation){"invalid data", false, WRONG};
    case VERIGATOR_TOO_MANY_REQUESTS:
        return (explanation){"too many requests", true, WAIT};
    default:
        if (status >= 500) {
            return (explanation){"service failed", true, LATER};
        }
        /* Also what a later version of the library may return. */
        return (explanation){"unexpected failure", false, CALL_US};
    }
}

/* Every failure is a no. Whether to make the same call again depends on what the first one has
 * done. */
static void print_failure(const char *situation) {
    verigator_error *error = verigator_last_error();
    explanation is = explain(verigator_error_status(error));
    const char *sent = verigator_error_maybe_sent(error) ? "maybe" : "no";
    int64_t wait = verigator_error_retry_after_ms(error);
    char after[32];
    snprintf(after, sizeof after, "after %d s", (int)(wait / 1000));
    if (!is.may_succeed) {
        print_line(situation, is.what, sent, "no", is.tell);
    } else if (!verigator_error_retry_safe(error)) {
        /* A start may have sent a code, and another start would end it. */
        print_line(situation, is.what, sent, "if the user asks", NO_CODE);
    } else {
        print_line(situation, is.what, sent, wait < 0 ? "yes" : after, is.tell);
    }
    verigator_error_free(error);
}

/* A no is an answer, and no failure. */
static void print_answer(const char *situation, const verigator_verification *answer) {
    if (verigator_verification_verified(answer)) {
        print_line(situation, "verified", "yes", "no", "Welcome!");
    } else if (verigator_verification_throttled(answer)) {
        print_line(situation, "denied, throttled", "yes", "after a while", WAIT);
    } else if (verigator_verification_expired(answer)) {
        print_line(situation, "denied, expired", "yes", "with a new start", OLD);
    } else {
        print_line(situation, "denied", "yes", "with another code", WRONG);
    }
}

/* A user who has trouble. */
static const char *server, *service_id, *user_id;
static verigator_ctx *usual;

/* Ends the program unless the call succeeded. */
static void must(verigator_status status) {
    if (status != VERIGATOR_OK) {
        verigator_error *error = verigator_last_error();
        fprintf(stderr, "%s\n", verigator_error_message(error));
        verigator_error_free(error);
        exit(1);
    }
}

/* Prints how the last call failed. */
static void fails(const char *situation, verigator_status status) {
    if (status == VERIGATOR_OK) {
        fprintf(stderr, "%s: this should have failed\n", situation);
        exit(1);
    }
    print_failure(situation);
}

/* Starts an authentication. */
static verigator_status start(const verigator_ctx *ctx) {
    return verigator_auth_initiate(ctx, service_id, user_id, VERIGATOR_METHOD_TOTP, NULL);
}

/* Has the next such operation go wrong. */
static void misbehave(const char *operation, const char *effect) {
    char rule[256];
    snprintf(rule, sizeof rule, "[{\"operation\":\"%s\",\"times\":1,%s}]", operation, effect);
    http_request(server, "PUT", "/_/chaos", rule, NULL, 0);
}

/* Prints what the service says of a code. */
static void check(const char *situation, const char *code) {
    verigator_verification *answer = NULL;
    if (verigator_auth_check_token(usual, service_id, user_id, code, &answer) == VERIGATOR_OK) {
        print_answer(situation, answer);
    } else {
        print_failure(situation);
    }
    verigator_verification_free(answer);
}

/* Tries wrong codes until they are not even looked at. */
static void exhaust(const char *situation) {
    verigator_verification *answer = NULL;
    do {
        verigator_verification_free(answer);
        must(verigator_auth_check_token(usual, service_id, user_id, "0000000", &answer));
    } while (!verigator_verification_throttled(answer));
    print_answer(situation, answer);
    verigator_verification_free(answer);
}

/* What the service answers to codes. */
static void answers(void) {
    char code[7] = "";
    check("nothing was started", "0000000");
    must(start(usual));
    phone_read_pin(server, user_id, code);
    check("the right code", code);
    check("a code used before", code);
    must(start(usual));
    phone_read_pin(server, user_id, code);
    http_request(server, "PUT", "/_/clock", "{\"advance\":301}", NULL, 0);
    check("an old code", code);
    must(start(usual));
    check("a wrong code", "0000000");
    exhaust("too many wrong codes");
}

/* Calls that ask for what cannot be. */
static void refused_calls(void) {
    check("an empty code", "");
    fails("a number that is none",
          verigator_user_create(usual, service_id, "none", "john@example.com", NULL));
    fails("a user who exists",
          verigator_user_create(usual, service_id, "+3725555556", "jane@example.com", NULL));
    fails("an unknown user",
          verigator_auth_initiate(usual, service_id, "nobody", VERIGATOR_METHOD_TOTP, NULL));
}

/* Calls at a service that misbehaves. */
static void misbehaviour(void) {
    static const char *const effects[][2] = {
        {"another account's service", "\"status\":403"},
        {"too many starts", "\"status\":429,\"retry-after\":7"},
        {"a start that fails", "\"status\":503,\"retry-after\":7"},
        {"a status unheard of", "\"status\":418"},
        {"a broken connection", "\"drop\":true"},
        {"a reply that is none", "\"status\":201,\"body\":\"It works!\""},
    };
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++) {
        misbehave("start-authentication", effects[i][1]);
        fails(effects[i][0], start(usual));
    }
    misbehave("get-user", "\"status\":503,\"retry-after\":7");
    fails("reading that fails", verigator_user_get(usual, service_id, user_id, NULL));
}

static verigator_status no_url(verigator_config *config) {
    return verigator_config_set_base_url(config, "ftp://localhost");
}

/* A label has 63 characters at most. */
static verigator_status unknown_name(verigator_config *config) {
    char url[96];
    snprintf(url, sizeof url, "https://%064d.example", 0);
    return verigator_config_set_base_url(config, url);
}

/* Port 1 (tcpmux) is served by nobody. */
static verigator_status nobody_listens(verigator_config *config) {
    return verigator_config_set_base_url(config, "http://127.0.0.1:1");
}

static verigator_status no_tls(verigator_config *config) {
    char url[96];
    snprintf(url, sizeof url, "https%s", strchr(server, ':'));
    return verigator_config_set_base_url(config, url);
}

static verigator_status no_proxy(verigator_config *config) {
    return verigator_config_set_proxy(config, "http://127.0.0.1:1", NULL, NULL);
}

static verigator_status half_a_second(verigator_config *config) {
    misbehave("start-authentication", "\"delay\":60000");
    return verigator_config_set_timeout_ms(config, 500);
}

static verigator_status four_bytes(verigator_config *config) {
    return verigator_config_set_max_response_bytes(config, 4);
}

/* Starts with an option that cannot go well. */
static void fails_with(const char *situation, verigator_config *config,
                       verigator_status (*change)(verigator_config *)) {
    verigator_ctx *ctx = NULL;
    verigator_status status = change(config);
    if (status == VERIGATOR_OK) {
        status = verigator_ctx_new(config, &ctx);
    }
    fails(situation, status == VERIGATOR_OK ? start(ctx) : status);
    verigator_ctx_free(ctx);
    verigator_config_free(config);
}

static verigator_status to_the_server(verigator_config *config) {
    return verigator_config_set_base_url(config, server);
}

/* Calls with options that are not right. */
static void options(void) {
    static const struct {
        const char *situation;
        verigator_status (*change)(verigator_config *);
    } changes[] = {
        {"an option that is none", no_url}, {"an unknown name", unknown_name},
        {"nobody listens", nobody_listens}, {"no TLS there", no_tls},
        {"no proxy there", no_proxy},       {"a slow service", half_a_second},
        {"a long reply", four_bytes},
    };
    verigator_config *config = NULL;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        must(verigator_config_from_env(&config));
        fails_with(changes[i].situation, config, changes[i].change);
    }
    must(verigator_config_new("demo", "wrong", &config));
    fails_with("a wrong password", config, to_the_server);
}

/* A failure is told to the thread whose call failed. */
static void *start_in_vain(void *ctx) {
    fails("closed meanwhile", start(ctx));
    return NULL;
}

/* Calls on a context that is closed. */
static void closing(void) {
    char before[4096], now[4096];
    pthread_t waiting;
    verigator_config *config = NULL;
    verigator_ctx *ctx = NULL;
    must(verigator_config_from_env(&config));
    must(verigator_ctx_new(config, &ctx));
    verigator_config_free(config);

    misbehave("start-authentication", "\"delay\":60000");
    http_request(server, "GET", "/_/chaos", NULL, before, sizeof before);
    if (pthread_create(&waiting, NULL, start_in_vain, ctx) != 0) {
        exit(1);
    }
    do {
        http_request(server, "GET", "/_/chaos", NULL, now, sizeof now);
    } while (strcmp(before, now) == 0);
    must(verigator_ctx_close(ctx));
    pthread_join(waiting, NULL);
    fails("closed before", start(ctx));
    verigator_ctx_free(ctx);
}

int main(void) {
    verigator_config *config = NULL;
    verigator_service *service = NULL;
    verigator_user *user = NULL;
    must(verigator_config_from_env(&config));
    must(verigator_ctx_new(config, &usual));
    verigator_config_free(config);
    must(verigator_service_create(usual, "failures.example.com", "Example shop", &service));
    service_id = verigator_service_id(service);
    must(verigator_user_create(usual, service_id, "+3725555555", "jane@example.com", &user));
    user_id = verigator_user_id(user);
    server = getenv("VERIGATOR_BASE_URL");

    print_line("SITUATION", "WHAT HAPPENED", "SENT", "TRY AGAIN", "TELL THE USER");
    answers();
    refused_calls();
    misbehaviour();
    options();
    closing();

    must(verigator_service_delete(usual, service_id));
    verigator_user_free(user);
    verigator_service_free(service);
    verigator_ctx_free(usual);
    return 0;
}
