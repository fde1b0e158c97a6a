/*
 * Who is not asked for a code: by their groups, or by the address that they come from.
 *
 * In doubt somebody is asked. A filter that cannot be read as it was meant is a problem, not a
 * filter that fits nobody.
 */
#ifndef EXEMPTIONS_H
#define EXEMPTIONS_H

#include "settings.h"

/*
 * Judges the filters, and writes whether they exempt this user from this address. False if a filter
 * is wrong.
 */
bool exempts(const struct settings *settings, const char *user, const char *address, bool *exempt,
             char *why, size_t why_size, struct problem *problem);

#endif
