/* Makes a case's call and tells what came of it. */

#ifndef CALL_H
#define CALL_H

#include <stdbool.h>

#include <cjson/cJSON.h>

/* Whether the operation has a second, simpler function. */
bool has_simple_form(const cJSON *call);

/*
 * Makes the call, with the simpler function if `simple`. Gives an object for cJSON_Delete with
 * "value" or "error", and "problem" when the library broke a promise of its header.
 */
cJSON *make_call(const cJSON *test, const char *base_url, bool simple);

#endif
