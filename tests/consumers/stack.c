/* Makes a call on a thread with a small stack. Arguments: a server, a file with its authority, and
 * the size of the stack in bytes. */
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <verigator.h>

static const char *base_url, *ca_file;

static void *call(void *ended_well) {
    verigator_config *config = NULL;
    verigator_ctx *ctx = NULL;
    verigator_service *service = NULL;
    *(int *)ended_well = !verigator_config_new("user", "password", &config) &&
                         !verigator_config_set_base_url(config, base_url) &&
                         !verigator_config_set_ca_file(config, ca_file) &&
                         !verigator_ctx_new(config, &ctx) &&
                         !verigator_service_get(ctx, "s", &service) &&
                         /* A failure says what it says on this stack, too. */
                         verigator_service_get(ctx, "..", NULL) == VERIGATOR_INVALID_ARGUMENT;
    verigator_service_free(service);
    verigator_ctx_free(ctx);
    verigator_config_free(config);
    return NULL;
}

int main(int argc, char **argv) {
    pthread_attr_t attributes;
    pthread_t thread;
    int ended_well = 0;
    if (argc < 4) {
        return 2;
    }
    base_url = argv[1];
    ca_file = argv[2];
    if (pthread_attr_init(&attributes) ||
        pthread_attr_setstacksize(&attributes, (size_t)atol(argv[3])) ||
        pthread_create(&thread, &attributes, call, &ended_well) || pthread_join(thread, NULL)) {
        return 2;
    }
    if (ended_well) {
        puts("Every step came out as it should.");
    }
    return !ended_well;
}
