/* Compares what a case expects with what came of its call. */

#ifndef COMPARE_H
#define COMPARE_H

#include <stdbool.h>

#include <cjson/cJSON.h>

/*
 * Whether `outcome` is as expected; prints what is not. Only what the case names is compared, and
 * of a value, if `simple`, only what the simpler function gives.
 */
bool is_as_expected(const char *name, const cJSON *expect, const cJSON *outcome, bool simple);

#endif
