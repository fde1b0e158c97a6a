#include "people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

/* The whole map is read, so that what is wrong with it is known before the login that it concerns.
 */
static enum outcome search(char *rest, const char *map, const char *login, struct user *user,
                           struct problem *problem) {
    struct line line = {.number = 0};
    enum outcome outcome = OUTCOME_NOT_THERE;

    while (next_line(&rest, true, &line, map, problem)) {
        if (strlen(line.value) > USER_ID_MAX) {
            wrong(problem, "%s, line %d: the id is too long", map, line.number);
            return OUTCOME_FAILED;
        }
        if (strcmp(line.name, login) != 0)
            continue;
        if (outcome == OUTCOME_DONE) {
            wrong(problem, "%s, line %d: %s has another line before", map, line.number,
                  QUOTED(login));
            return OUTCOME_FAILED;
        }
        strcpy(user->id, line.value);
        outcome = OUTCOME_DONE;
    }
    return problem->text[0] == '\0' ? outcome : OUTCOME_FAILED;
}

enum outcome people_find(const struct service *service, const char *map, const char *login,
                         struct user *user, struct problem *problem) {
    enum outcome outcome;
    char *text;

    if (map == NULL)
        return service_find_user(service, login, user, problem);
    if (!read_file(map, READERS_ALL, &text, problem))
        return OUTCOME_FAILED;
    outcome = search(text, map, login, user, problem);
    free(text);
    return outcome;
}

void people_nobody(struct user *user) {
    unsigned char bytes[16];
    char *to = user->id;

    /*
     * If there is no randomness, zeros are an id that nobody has as well. By the system call, since
     * glibc has its function since 2.25 only.
     */
    if (syscall(SYS_getrandom, bytes, sizeof bytes, 1 /* GRND_NONBLOCK */) != (long)sizeof bytes)
        memset(bytes, 0, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        to += sprintf(to, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", bytes[i]);
}
