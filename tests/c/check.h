/* The little that these tests need of a test framework: a check that says where it failed and goes
 * on, and a closing line that counts. */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <verigator.h>

static int checks_passed, checks_failed;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (condition) {                                                                           \
            checks_passed++;                                                                       \
        } else {                                                                                   \
            checks_failed++;                                                                       \
            fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);                \
        }                                                                                          \
    } while (0)

/* Checks a call's status, and says the last error's message when it is another. */
#define CHECK_STATUS(call, expected) check_status((call), (expected), #call, __FILE__, __LINE__)

static inline void check_status(verigator_status status, verigator_status expected,
                                const char *call, const char *file, int line) {
    if (status == expected) {
        checks_passed++;
        return;
    }
    checks_failed++;
    verigator_error *error = verigator_last_error();
    fprintf(stderr, "%s:%d: %s is %d, not %d: %s\n", file, line, call, (int)status, (int)expected,
            verigator_error_message(error));
    verigator_error_free(error);
}

/* A context for the server, with `change` made to its configuration. */
static inline verigator_ctx *context_with(const char *base_url,
                                          void (*change)(verigator_config *)) {
    verigator_config *config = NULL;
    verigator_ctx *ctx = NULL;
    CHECK_STATUS(verigator_config_new("demo", "demo-password", &config), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_set_base_url(config, base_url), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_set_max_retries(config, 0), VERIGATOR_OK);
    if (change) {
        change(config);
    }
    CHECK_STATUS(verigator_ctx_new(config, &ctx), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_free(config), VERIGATOR_OK);
    return ctx;
}

static inline verigator_ctx *context(const char *base_url) {
    return context_with(base_url, NULL);
}

static inline int finish(void) {
    printf("%d passed, %d failed\n", checks_passed, checks_failed);
    return checks_failed != 0;
}

#endif
