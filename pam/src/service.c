#include "service.h"

#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "report.h"

/* The longest that one call may take: a service that takes longer is as good as away. */
#define CALL_MAX_MS 15000
/* The hosted service lists all users in one reply. */
#define REPLY_MAX_BYTES (16 * 1024 * 1024)
#define PAGE_USERS 1000

/* Writes the library's last error, which is about an option. */
static bool refused(struct problem *problem) {
    verigator_error *error = verigator_last_error();

    wrong(problem, "%s", verigator_error_message(error));
    verigator_error_free(error);
    return false;
}

static bool configure(verigator_config *config, const struct settings *settings) {
    return (settings->url == NULL ||
            verigator_config_set_base_url(config, settings->url) == VERIGATOR_OK) &&
           (settings->address == NULL ||
            verigator_config_set_address(config, settings->address) == VERIGATOR_OK) &&
           (settings->ca_file == NULL ||
            verigator_config_set_ca_file(config, settings->ca_file) == VERIGATOR_OK) &&
           (settings->pinned_key == NULL ||
            verigator_config_add_pinned_key(config, settings->pinned_key) == VERIGATOR_OK) &&
           (settings->client_certificate == NULL ||
            verigator_config_set_client_certificate_file(config, settings->client_certificate,
                                                         settings->client_key) == VERIGATOR_OK) &&
           (settings->proxy == NULL ||
            verigator_config_set_proxy(config, settings->proxy, settings->proxy_username,
                                       settings->proxy_password) == VERIGATOR_OK) &&
           verigator_config_set_max_response_bytes(config, REPLY_MAX_BYTES) == VERIGATOR_OK &&
           verigator_config_set_user_agent_suffix(config, "pam_verigator") == VERIGATOR_OK;
}

bool service_open(struct service *service, const struct settings *settings,
                  struct problem *problem) {
    verigator_config *config = NULL;
    bool is_open =
        verigator_config_new(settings->username, settings->password, &config) == VERIGATOR_OK &&
        configure(config, settings) && verigator_ctx_new(config, &service->ctx) == VERIGATOR_OK;

    if (!is_open)
        refused(problem);
    verigator_config_free(config);
    service->id = settings->service;
    return is_open;
}

void service_close(struct service *service) {
    verigator_ctx_free(service->ctx);
    service->ctx = NULL;
}

/*
 * Only what a service does that is away. Not TLS, where somebody may stand in between; not a
 * refusal of the account, which is a wrong configuration; not 429, which a guesser can bring about;
 * not a reply that cannot be believed; not what this machine is out of, which a local user can
 * bring about.
 */
static enum outcome outcome_of(verigator_status status) {
    switch (status) {
    case VERIGATOR_OK:
        return OUTCOME_DONE;
    case VERIGATOR_NOT_FOUND:
        return OUTCOME_NOT_THERE;
    case VERIGATOR_CONFLICT:
        return OUTCOME_REFUSED;
    case VERIGATOR_DNS:
    case VERIGATOR_CONNECT:
    case VERIGATOR_DISCONNECTED:
    case VERIGATOR_TIMEOUT:
    case VERIGATOR_PROXY:
    case VERIGATOR_INTERNAL_SERVER_ERROR:
    case VERIGATOR_BAD_GATEWAY:
    case VERIGATOR_SERVICE_UNAVAILABLE:
    case VERIGATOR_GATEWAY_TIMEOUT:
        return OUTCOME_AWAY;
    default:
        return OUTCOME_FAILED;
    }
}

/* What the library says, and a hint where it takes hours to find out. */
static void tell(verigator_call *call, struct problem *problem) {
    verigator_error *error = verigator_call_error(call);
    const char *message = verigator_error_message(error);

    wrong(
        problem, "%s%s", message,
        strstr(message, "ermission denied") == NULL
            ? ""
            : " (if SELinux is on, it may keep this program from that port: see pam_verigator(8))");
    verigator_error_free(error);
}

/* Makes the call within what is left of the time. */
static enum outcome run(const struct service *service, verigator_status made, verigator_call *call,
                        struct problem *problem) {
    int64_t left = service->deadline - deadline_now();
    verigator_status status;

    if (made != VERIGATOR_OK) {
        refused(problem);
        return OUTCOME_FAILED;
    }
    if (left <= 0) {
        wrong(problem, "the login's time is over");
        return OUTCOME_FAILED;
    }
    if (verigator_call_set_timeout_ms(call, left < CALL_MAX_MS ? left : CALL_MAX_MS) !=
        VERIGATOR_OK) {
        refused(problem);
        return OUTCOME_FAILED;
    }
    status = verigator_call_run(call);
    if (status != VERIGATOR_OK)
        tell(call, problem);
    return outcome_of(status);
}

enum outcome service_list_users(const struct service *service, service_each each, void *data,
                                struct problem *problem) {
    char *cursor = NULL;
    enum outcome outcome;

    do {
        verigator_call *call = NULL;
        verigator_status made =
            verigator_call_user_page(service->ctx, service->id, PAGE_USERS, cursor, &call);
        verigator_users *users;
        const char *next;

        outcome = run(service, made, call, problem);
        users = verigator_call_users(call);
        for (size_t i = 0; outcome == OUTCOME_DONE && i < verigator_users_count(users); i++)
            each(data, verigator_users_id(users, i), verigator_users_id_in_service(users, i));
        next = outcome == OUTCOME_DONE ? verigator_users_next_cursor(users) : NULL;
        free(cursor);
        cursor = next == NULL ? NULL : strdup(next);
        if (next != NULL && cursor == NULL) {
            wrong(problem, "there is no memory for a page of users");
            outcome = OUTCOME_FAILED;
        }
        verigator_users_free(users);
        verigator_call_free(call);
    } while (cursor != NULL && outcome == OUTCOME_DONE);
    free(cursor);
    /* It is the service then that is not there. */
    return outcome == OUTCOME_NOT_THERE ? OUTCOME_FAILED : outcome;
}

struct search {
    const char *name;
    struct user *user;
    int found;
};

static void compare(void *data, const char *id, const char *id_in_service) {
    struct search *search = data;

    if (id == NULL || id_in_service == NULL || strcmp(id_in_service, search->name) != 0)
        return;
    search->found++;
    if (strlen(id) <= USER_ID_MAX)
        strcpy(search->user->id, id);
}

/* The same at a service that finds nobody by name. */
static enum outcome find_in_list(const struct service *service, const char *name, struct user *user,
                                 struct problem *problem) {
    struct search search = {.name = name, .user = user};
    enum outcome outcome;

    user->id[0] = '\0';
    /* All of them, also when one was found, so that it takes the same time for everybody. */
    outcome = service_list_users(service, compare, &search, problem);
    if (outcome != OUTCOME_DONE)
        return outcome;
    if (search.found > 1) {
        wrong(problem, "%d users of the service have the id_in_service %s", search.found,
              QUOTED(name));
        return OUTCOME_FAILED;
    }
    return user->id[0] == '\0' ? OUTCOME_NOT_THERE : OUTCOME_DONE;
}

enum outcome service_try(const struct service *service, struct problem *problem) {
    verigator_call *call = NULL;
    verigator_status made = verigator_call_service_get(service->ctx, service->id, &call);
    enum outcome outcome = run(service, made, call, problem);

    verigator_call_free(call);
    return outcome;
}

/* Another spelling, which the service may hold to be the same name, is another name here. */
static enum outcome take_user(verigator_call *call, const char *name, struct user *user) {
    verigator_user *found = verigator_call_user(call);
    const char *id = verigator_user_id(found), *id_in_service = verigator_user_id_in_service(found);
    enum outcome outcome = OUTCOME_NOT_THERE;

    if (id != NULL && id_in_service != NULL && strcmp(id_in_service, name) == 0 &&
        strlen(id) <= USER_ID_MAX) {
        strcpy(user->id, id);
        outcome = OUTCOME_DONE;
    }
    verigator_user_free(found);
    return outcome;
}

enum outcome service_find_user(const struct service *service, const char *name, struct user *user,
                               struct problem *problem) {
    verigator_call *call = NULL;
    verigator_status made;
    enum outcome outcome;

    user->id[0] = '\0';
    /* What is not there after that is the user; and it takes as long for everybody. */
    outcome = service_try(service, problem);
    if (outcome != OUTCOME_DONE)
        return outcome == OUTCOME_NOT_THERE ? OUTCOME_FAILED : outcome;
    made = verigator_call_user_find(service->ctx, service->id, name, &call);
    outcome = run(service, made, call, problem);
    if (outcome == OUTCOME_DONE)
        outcome = take_user(call, name, user);
    else if (made == VERIGATOR_OK && verigator_call_status(call) == VERIGATOR_NOT_SUPPORTED)
        outcome = find_in_list(service, name, user, problem);
    verigator_call_free(call);
    return outcome;
}

enum outcome service_has_app(const struct service *service, const struct user *user, bool *has,
                             struct problem *problem) {
    verigator_call *call = NULL;
    verigator_status made = verigator_call_totp_get(service->ctx, service->id, user->id, &call);
    enum outcome outcome = run(service, made, call, problem);

    *has = false;
    if (made == VERIGATOR_OK && verigator_call_status(call) == VERIGATOR_NOT_SUPPORTED) {
        *has = true;
        outcome = OUTCOME_DONE;
    } else if (outcome == OUTCOME_DONE) {
        verigator_totp_state *state = verigator_call_totp_state(call);

        *has = verigator_totp_state_confirmed(state) == 1;
        verigator_totp_state_free(state);
    }
    verigator_call_free(call);
    return outcome;
}

enum outcome service_start(const struct service *service, const struct user *user,
                           verigator_method method, verigator_challenge **challenge,
                           struct problem *problem) {
    verigator_call *call = NULL;
    verigator_status made =
        verigator_call_auth_start(service->ctx, service->id, user->id, method, &call);
    enum outcome outcome = run(service, made, call, problem);

    *challenge = outcome == OUTCOME_DONE ? verigator_call_challenge(call) : NULL;
    verigator_call_free(call);
    return outcome;
}

enum outcome service_check(const struct service *service, const struct user *user,
                           const verigator_challenge *challenge, const char *code,
                           struct checked *checked, struct problem *problem) {
    verigator_call *call = NULL;
    verigator_status made =
        verigator_call_auth_check(service->ctx, service->id, user->id, challenge, code, &call);
    enum outcome outcome = run(service, made, call, problem);

    *checked = (struct checked){.verified = false};
    if (outcome == OUTCOME_DONE) {
        verigator_verification *said = verigator_call_verification(call);

        *checked = (struct checked){
            .verified = verigator_verification_verified(said) == 1,
            .throttled = verigator_verification_throttled(said) == 1,
            .expired = verigator_verification_expired(said) == 1,
            .method = verigator_verification_method(said),
        };
        verigator_verification_free(said);
    }
    verigator_call_free(call);
    return outcome;
}
