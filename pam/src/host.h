/*
 * The host's side: starts the program verigator-pam and lets it talk with a person.
 *
 * It is all that runs inside a foreign process, so it does little: no file, no network, no thread,
 * no environment, no signal handler, nothing kept from one call to the next.
 */
#ifndef HOST_H
#define HOST_H

#include "channel.h"

/* The request, as far as it has been put together. */
struct request {
    size_t length;
    bool too_long;
    char text[CHANNEL_MAX];
};

/* Adds a field; a value that is NULL adds none. */
void request_add(struct request *request, const char *name, const char *value);

/*
 * Shows a person one prompt and returns the answer, which is wiped and freed, or NULL if there is
 * nobody to answer.
 */
typedef char *(*host_prompt)(void *person, const char *prompt);

/*
 * Runs the program with a request. `*problem` becomes NULL, or what was in the way of a verdict;
 * the verdict is then VERDICT_DENIED.
 */
enum verdict host_run(const struct request *request, host_prompt prompt, void *person,
                      const char **problem);

#endif
