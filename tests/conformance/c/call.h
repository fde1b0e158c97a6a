/* Makes a call and tells what came of it. */

#ifndef CALL_H
#define CALL_H

#include <cjson/cJSON.h>

/*
 * Makes the call that the peer has told. Gives an object for cJSON_Delete with "value" or "error",
 * and "problem" when the library broke a promise of its header.
 */
cJSON *make_call(const cJSON *told);

#endif
