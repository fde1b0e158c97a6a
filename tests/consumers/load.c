/* Loads the library at run time, as a language's foreign-function interface does, and makes a call.
 *
 *     load LIBRARY BASE_URL FUNCTION...
 *
 * It knows no header: what it calls, it declares by itself.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ISO C knows no way from an object pointer to a function's; POSIX asks for this one. */
static void look_up(void *library, const char *name, void *function) {
    void *address = dlsym(library, name);
    if (address == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    memcpy(function, &address, sizeof address);
}

static void must(int32_t status, const char *what) {
    if (status != 0) {
        fprintf(stderr, "%s: status %d\n", what, (int)status);
        exit(1);
    }
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: %s LIBRARY BASE_URL FUNCTION...\n", argv[0]);
        return 2;
    }
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    for (int i = 3; i < argc; i++) {
        void (*function)(void) = NULL;
        look_up(library, argv[i], &function);
    }

    int32_t (*config_new)(const char *, const char *, void **) = NULL;
    int32_t (*set_base_url)(void *, const char *) = NULL;
    int32_t (*ctx_new)(const void *, void **) = NULL;
    int32_t (*service_get)(const void *, const char *, void **) = NULL;
    const char *(*service_id)(const void *) = NULL;
    look_up(library, "verigator_config_new", &config_new);
    look_up(library, "verigator_config_set_base_url", &set_base_url);
    look_up(library, "verigator_ctx_new", &ctx_new);
    look_up(library, "verigator_service_get", &service_get);
    look_up(library, "verigator_service_id", &service_id);

    void *config = NULL, *ctx = NULL, *service = NULL;
    must(config_new("demo", "demo-password", &config), "config_new");
    must(set_base_url(config, argv[2]), "set_base_url");
    must(ctx_new(config, &ctx), "ctx_new");
    must(service_get(ctx, "loaded", &service), "service_get");
    printf("%d functions, service %s\n", argc - 3, service_id(service));
    return 0;
}
