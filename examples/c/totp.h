/* What an authenticator app computes (RFC 6238 with SHA-1, 6 digits, 30 seconds). */
#ifndef TOTP_H
#define TOTP_H

#include <stdbool.h>
#include <stdint.h>

/* Writes the code of the 30-second step `step` (Unix time / 30) for a base32 secret. */
bool totp_code(const char *secret, uint64_t step, char code[7]);

#endif
