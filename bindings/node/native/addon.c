// The entry of the addon, which Node.js calls once for each environment that loads it: the main
// thread, each worker, and each copy of the package in them. There is no state but that of the
// clients.
#include "client.h"
#include "node.h"

#include <verigator.h>

static napi_value version(napi_env env, napi_callback_info information) {
    (void)information;
    return from_text(env, verigator_version());
}

// The number of a status, by its name without VERIGATOR_: of those that the layer in JavaScript
// brings about itself.
static napi_value statuses(napi_env env) {
    const Property properties[] = {
        {"INVALID_ARGUMENT", from_number(env, VERIGATOR_INVALID_ARGUMENT)},
        {"INVALID_CONFIG", from_number(env, VERIGATOR_INVALID_CONFIG)},
        {"CANCELLED", from_number(env, VERIGATOR_CANCELLED)},
    };
    return from_properties(env, properties, sizeof properties / sizeof *properties);
}

#define FUNCTION(name, function)                                                                   \
    { .utf8name = name, .method = function, .attributes = napi_enumerable }

NAPI_MODULE_INIT() {
    const napi_property_descriptor functions[] = {
        FUNCTION("version", version),
        FUNCTION("open", client_open),
        FUNCTION("submit", client_submit),
        FUNCTION("take", client_take),
        FUNCTION("cancel", client_cancel),
        FUNCTION("close", client_close),
        FUNCTION("closeIdle", client_close_idle),
        {.utf8name = "statuses", .value = statuses(env), .attributes = napi_enumerable},
    };
    bool defined = succeeded(
        env, napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions));
    return defined ? exports : NULL;
}
