/*
 * Secrets are wiped before their memory is given back. Not by explicit_bzero, which glibc has since
 * 2.25 only.
 */
#ifndef WIPE_H
#define WIPE_H

#include <string.h>

/* Fills it with zeros, which the compiler may not leave out. */
static inline void wipe(void *secret, size_t size) {
    memset(secret, 0, size);
    __asm__ volatile("" : : "r"(secret) : "memory");
}

#endif
