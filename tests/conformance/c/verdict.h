/* Asks the peer whether what it was sent is what the case says. */

#ifndef VERDICT_H
#define VERDICT_H

/* NULL for yes, or what was wrong, for free(). */
char *verdict(const char *peer_url, const char *name);

#endif
