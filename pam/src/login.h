/*
 * One login: prompts, starts, checks, and the verdict.
 *
 * A person is asked before anything is started, so that nothing is sent to a phone because somebody
 * has only connected. Everybody is asked in the same words and at the same pace, whether the
 * service knows them or not.
 */
#ifndef LOGIN_H
#define LOGIN_H

#include "channel.h"
#include "service.h"

struct login {
    const struct settings *settings;
    struct service service;
    /* The host's end. */
    int channel;
    /* Who is asked. */
    const char *name;
    /* A code that came with the request, or NULL. */
    const char *code;
    /* The map's user; an empty id if the service is to be asked. */
    struct user user;
    /* The map is there and has no such login. */
    bool is_unmapped;
};

enum verdict login_run(struct login *login);

#endif
