/* This library from C, loaded while the program runs, as a plugin or another language does it. */

#include <dlfcn.h>
#include <stddef.h>
#include <verigator.h>

#include "measure.h"

/* A function of the library, with the type that the header gives it. */
#define FUNCTION(library, name) ((__typeof__(&(name)))find(library, #name))

static __typeof__(&verigator_auth_verify) auth_verify;

static void *find(void *library, const char *name) {
    void *function = dlsym(library, name);
    if (function == NULL) {
        bench_fail(dlerror());
    }
    return function;
}

static void *open_context(const bench_options *options) {
    if (options->proxy != NULL) {
        bench_fail("verigator_dlopen knows no proxy");
    }
    void *library = dlopen("libverigator.so", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        bench_fail(dlerror());
    }
    auth_verify = FUNCTION(library, verigator_auth_verify);
    verigator_config *config = NULL;
    verigator_ctx *ctx = NULL;
    if (FUNCTION(library, verigator_config_new)(BENCH_USERNAME, BENCH_PASSWORD, &config) !=
            VERIGATOR_OK ||
        FUNCTION(library, verigator_config_set_base_url)(config, options->url) != VERIGATOR_OK ||
        (options->ca != NULL &&
         FUNCTION(library, verigator_config_set_ca_file)(config, options->ca) != VERIGATOR_OK) ||
        FUNCTION(library, verigator_ctx_new)(config, &ctx) != VERIGATOR_OK) {
        bench_fail("libverigator.so makes no context");
    }
    FUNCTION(library, verigator_config_free)(config);
    return ctx;
}

static bool call(void *ctx) {
    int32_t verified = 0;
    return auth_verify(ctx, BENCH_SERVICE_ID, BENCH_USER_ID, BENCH_TOKEN, &verified) ==
               VERIGATOR_OK &&
           verified;
}

int main(int argc, char **argv) {
    bench_options options = bench_parse(argc, argv);
    return bench_run(&options, &(bench_client){.open = open_context, .call = call});
}
