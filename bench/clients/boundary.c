/*
 * The C boundary alone: a call whose arguments are checked and refused at once.
 *
 *     boundary CALLS
 */

#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <verigator.h>

#include "measure.h"

/* Longer than any token, so that it is refused after everything else was looked at. */
#define LONG_TOKEN "12345678901234567890123456789012345678901234567890123456789012345"

static double now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* Nanoseconds of a call with this token, which must be refused with `expected`. */
static double refused(const verigator_ctx *ctx, const char *token, verigator_status expected,
                      long calls) {
    int32_t verified = 0;
    double start = now_ns();
    for (long i = 0; i < calls; i++) {
        if (verigator_auth_verify(ctx, BENCH_SERVICE_ID, BENCH_USER_ID, token, &verified) !=
                expected ||
            verified) {
            bench_fail("the call was not refused");
        }
    }
    return (now_ns() - start) / (double)calls;
}

int main(int argc, char **argv) {
    long calls = argc == 2 ? atol(argv[1]) : 0;
    if (calls < 1) {
        fprintf(stderr, "usage: %s CALLS\n", argv[0]);
        return 2;
    }
    verigator_config *config = NULL;
    verigator_ctx *ctx = NULL;
    if (verigator_config_new(BENCH_USERNAME, BENCH_PASSWORD, &config) != VERIGATOR_OK ||
        verigator_ctx_new(config, &ctx) != VERIGATOR_OK) {
        bench_fail("no context");
    }
    printf("{\"calls\": %ld, \"token_ns\": %.1f, \"null_token_ns\": %.1f, \"handle_ns\": %.1f}\n",
           calls, refused(ctx, LONG_TOKEN, VERIGATOR_INVALID_ARGUMENT, calls),
           refused(ctx, NULL, VERIGATOR_INVALID_ARGUMENT, calls),
           refused(NULL, BENCH_TOKEN, VERIGATOR_INVALID_HANDLE, calls));
    verigator_ctx_free(ctx);
    verigator_config_free(config);
    return 0;
}
