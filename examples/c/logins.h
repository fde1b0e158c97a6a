/* Many logins at once on one thread, whatever loop it runs: each registers a user, has a PIN sent,
 * and checks it. What a program does with ended calls is in logins.c; the loops are in loop_*.c. */
#ifndef LOGINS_H
#define LOGINS_H

#include <stdbool.h>

#include <verigator.h>

enum { LOGINS = 32 };

/* Begins all of them at the service at `base_url`, and returns the queue that their calls are in.
 */
verigator_queue *logins_begin(const char *base_url);

/* Takes the ended calls out of the queue, and has each login go on; returns whether some have not
 * ended. It does not wait. */
bool logins_go_on(void);

/* Frees all, and prints how many were verified; returns the program's exit code. */
int logins_end(void);

/* Ends the program with the thread's last error unless `status` is VERIGATOR_OK. */
void must(verigator_status status, const char *what);

#endif
