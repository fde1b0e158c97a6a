/* This library from C: one context, which all threads share. */

#include <stdio.h>
#include <stdlib.h>
#include <verigator.h>

#include "measure.h"

static void fail(void) {
    verigator_error *error = verigator_last_error();
    bench_fail(verigator_error_message(error));
}

static verigator_config *configure(const bench_options *options) {
    verigator_config *config = NULL;
    /* One kept for each thread, as each of libcurl's handles keeps its own. */
    int64_t idle = options->connections == BENCH_KEPT ? options->threads : 0;
    if (verigator_config_new(BENCH_USERNAME, BENCH_PASSWORD, &config) != VERIGATOR_OK ||
        verigator_config_set_base_url(config, options->url) != VERIGATOR_OK ||
        verigator_config_set_max_idle_connections(config, idle) != VERIGATOR_OK ||
        (options->ca != NULL &&
         verigator_config_set_ca_file(config, options->ca) != VERIGATOR_OK) ||
        (options->proxy != NULL &&
         verigator_config_set_proxy(config, options->proxy, NULL, NULL) != VERIGATOR_OK)) {
        fail();
    }
    return config;
}

static verigator_ctx *context(const verigator_config *config) {
    verigator_ctx *ctx = NULL;
    if (verigator_ctx_new(config, &ctx) != VERIGATOR_OK) {
        fail();
    }
    return ctx;
}

static bool verify(const verigator_ctx *ctx) {
    int32_t verified = 0;
    if (verigator_auth_verify(ctx, BENCH_SERVICE_ID, BENCH_USER_ID, BENCH_TOKEN, &verified) !=
        VERIGATOR_OK) {
        fail();
    }
    return verified == 1;
}

static void *open_context(const bench_options *options) {
    verigator_config *config = configure(options);
    verigator_ctx *ctx = context(config);
    verigator_config_free(config);
    return ctx;
}

static bool call(void *ctx) {
    return verify(ctx);
}

static void *open_config(const bench_options *options) {
    return configure(options);
}

/* Sessions are a context's, so that a new one resumes none. */
static bool call_fresh(void *config) {
    verigator_ctx *ctx = context(config);
    bool verified = verify(ctx);
    verigator_ctx_free(ctx);
    return verified;
}

int main(int argc, char **argv) {
    static const bench_client shared = {.open = open_context, .call = call};
    static const bench_client fresh = {.open = open_config, .call = call_fresh};
    bench_options options = bench_parse(argc, argv);
    return bench_run(&options, options.connections == BENCH_FRESH ? &fresh : &shared);
}
