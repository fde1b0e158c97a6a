/* One of the libraries; PLUGIN_PREFIX is which. */
#include "plugin.h"

#include <stddef.h>
#include <stdio.h>

verigator_service *PLUGIN(read)(const char *base_url, const char *service_id) {
    verigator_config *config = NULL;
    verigator_ctx *ctx = NULL;
    verigator_service *service = NULL;
    if (verigator_config_new("demo", "demo-password", &config) != VERIGATOR_OK ||
        verigator_config_set_base_url(config, base_url) != VERIGATOR_OK ||
        verigator_ctx_new(config, &ctx) != VERIGATOR_OK ||
        verigator_service_get(ctx, service_id, &service) != VERIGATOR_OK) {
        verigator_error *error = verigator_last_error();
        fprintf(stderr, "%s\n", verigator_error_message(error));
        verigator_error_free(error);
    }
    verigator_ctx_free(ctx);
    verigator_config_free(config);
    return service;
}

const char *PLUGIN(id)(const verigator_service *service) {
    return verigator_service_id(service);
}
