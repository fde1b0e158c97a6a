/* Reads the library's handles, in the form of a case's `expect`. Each describe_ frees its handle.
 */

#ifndef DESCRIBE_H
#define DESCRIBE_H

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "verigator.h"

/* What outputs are before a call: one that fails must empty them. */
extern char garbage;
#define GARBAGE ((void *)&garbage)

cJSON *describe_nothing(void);
cJSON *describe_service(verigator_service *service);
cJSON *describe_user(verigator_user *user);
cJSON *describe_users(verigator_users *users);
cJSON *describe_services(verigator_services *services);
cJSON *describe_enrolment(verigator_enrolment *enrolment);
cJSON *describe_enrolment_link(verigator_enrolment_link *link);
cJSON *describe_totp_state(verigator_totp_state *state);
cJSON *describe_recovery_codes(verigator_recovery_codes *codes);
cJSON *describe_remaining(int64_t remaining);
cJSON *describe_challenge(verigator_challenge *challenge);
cJSON *describe_method(verigator_method method);
cJSON *describe_verification(verigator_verification *verification);
cJSON *describe_verified(int32_t verified);

/* The error of a call that came to `status`. Frees it. */
cJSON *describe_failure(verigator_status status, bool output_is_empty, verigator_error *error);

/* Adds what the library did that it must never do. */
void add_problem(cJSON *outcome, const char *problem);

#endif
