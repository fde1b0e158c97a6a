#include "names.h"

#include <stddef.h>
#include <string.h>

typedef struct {
    const char *name;
    int32_t number;
} Constant;

// A table ends with a name that is NULL.
static const Constant KINDS[] = {
    {"usage", VERIGATOR_KIND_USAGE},       {"network", VERIGATOR_KIND_NETWORK},
    {"timeout", VERIGATOR_KIND_TIMEOUT},   {"cancelled", VERIGATOR_KIND_CANCELLED},
    {"protocol", VERIGATOR_KIND_PROTOCOL}, {"service", VERIGATOR_KIND_SERVICE},
    {"internal", VERIGATOR_KIND_INTERNAL}, {NULL, 0},
};

static const Constant METHODS[] = {
    {"sms", VERIGATOR_METHOD_SMS},
    {"totp", VERIGATOR_METHOD_TOTP},
    {"recovery_code", VERIGATOR_METHOD_RECOVERY_CODE},
    {NULL, 0},
};

static const Constant LOG_LEVELS[] = {
    {"error", VERIGATOR_LOG_ERROR},
    {"warn", VERIGATOR_LOG_WARN},
    {"info", VERIGATOR_LOG_INFO},
    {"debug", VERIGATOR_LOG_DEBUG},
    {NULL, 0},
};

static const Constant TLS_VERSIONS[] = {
    {"TLSv1.2", VERIGATOR_TLS_1_2},
    {"TLSv1.3", VERIGATOR_TLS_1_3},
    {NULL, 0},
};

static const char *name_of(const Constant *constant, int32_t number) {
    while (constant->name != NULL && constant->number != number) {
        constant++;
    }
    return constant->name;
}

static int32_t number_of(const Constant *constant, const char *name) {
    while (constant->name != NULL && (name == NULL || strcmp(constant->name, name) != 0)) {
        constant++;
    }
    return constant->number;
}

const char *kind_name(verigator_kind kind) {
    return name_of(KINDS, kind);
}

const char *method_name(verigator_method method) {
    return name_of(METHODS, method);
}

const char *log_level_name(verigator_log_level level) {
    return name_of(LOG_LEVELS, level);
}

verigator_method method_named(const char *name) {
    return number_of(METHODS, name);
}

verigator_log_level log_level_named(const char *name) {
    return number_of(LOG_LEVELS, name);
}

verigator_tls_version tls_version_named(const char *name) {
    return number_of(TLS_VERSIONS, name);
}
