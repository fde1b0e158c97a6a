/*
 * The service: whose user somebody is, the start of an authentication, the check of a code.
 *
 * No call takes longer than what is left of the login's time.
 */
#ifndef SERVICE_H
#define SERVICE_H

#include <stdint.h>

#include <verigator.h>

#include "settings.h"

struct service {
    verigator_ctx *ctx;
    const char *id;
    /* When the login must have ended, a time of deadline_now(). */
    int64_t deadline;
};

/* What a call came to. */
enum outcome {
    OUTCOME_DONE,
    /* There is no such user, or nothing that waits for a code. */
    OUTCOME_NOT_THERE,
    /* The service takes no start for this user now: locked, or too many messages. */
    OUTCOME_REFUSED,
    /* The service is away: what failmode is for. */
    OUTCOME_AWAY,
    /* Anything else: the account, the service's id, TLS, a reply that cannot be believed. */
    OUTCOME_FAILED,
};

/* How a user is known to the service. */
#define USER_ID_MAX 1024
struct user {
    char id[USER_ID_MAX + 1];
};

/* Makes a context. Reads the files that the settings name, so it takes root. */
bool service_open(struct service *service, const struct settings *settings,
                  struct problem *problem);

void service_close(struct service *service);

/* Finds the user whose id_in_service is `name`; where the service has no such search, by listing
 * all of them. */
enum outcome service_find_user(const struct service *service, const char *name, struct user *user,
                               struct problem *problem);

/* Calls `each` with every user of the service. */
typedef void (*service_each)(void *data, const char *id, const char *id_in_service);
enum outcome service_list_users(const struct service *service, service_each each, void *data,
                                struct problem *problem);

/* Asks for the service itself, by which address, account and id are tried. */
enum outcome service_try(const struct service *service, struct problem *problem);

/* Writes whether the user has a confirmed app; yes where a service does not tell. */
enum outcome service_has_app(const struct service *service, const struct user *user, bool *has,
                             struct problem *problem);

/* Starts an authentication; `*challenge` is for verigator_challenge_free. */
enum outcome service_start(const struct service *service, const struct user *user,
                           verigator_method method, verigator_challenge **challenge,
                           struct problem *problem);

/* What a check said. */
struct checked {
    bool verified, throttled, expired;
    verigator_method method;
};

/* Checks a code. Whatever the outcome, only `checked->verified` is a yes. */
enum outcome service_check(const struct service *service, const struct user *user,
                           const verigator_challenge *challenge, const char *code,
                           struct checked *checked, struct problem *problem);

#endif
