/*
 * Which user of the service somebody is who has an account on this machine.
 */
#ifndef PEOPLE_H
#define PEOPLE_H

#include "service.h"

/*
 * The user of a login, by the map file if there is one, and else by asking the service.
 *
 * OUTCOME_NOT_THERE: the service has no such user, or the map no such login.
 */
enum outcome people_find(const struct service *service, const char *map, const char *login,
                         struct user *user, struct problem *problem);

/* An id that no user has, to go on with as if there were one. */
void people_nobody(struct user *user);

#endif
