#include "options.h"

#include "arguments.h"
#include "names.h"

#include <string.h>

typedef verigator_status Setter(verigator_config *config, const Argument *arguments);

#define TEXT(option)                                                                               \
    static verigator_status set_##option(verigator_config *config, const Argument *arguments) {    \
        return verigator_config_##option(config, arguments[0].bytes);                              \
    }
#define NUMBER(option)                                                                             \
    static verigator_status set_##option(verigator_config *config, const Argument *arguments) {    \
        return verigator_config_##option(config, arguments[0].number);                             \
    }

// As many bits as an `int32_t` has, and the nearest number where there are more.
static int32_t narrow(int64_t number) {
    return number > INT32_MAX ? INT32_MAX : number < INT32_MIN ? INT32_MIN : (int32_t)number;
}

TEXT(set_base_url)
TEXT(set_address)
TEXT(set_ca_file)
TEXT(add_pinned_key)
TEXT(set_user_agent)
TEXT(set_user_agent_prefix)
TEXT(set_user_agent_suffix)
NUMBER(set_connect_timeout_ms)
NUMBER(set_timeout_ms)
NUMBER(set_max_retries)
NUMBER(set_max_retry_wait_ms)
NUMBER(set_max_idle_connections)
NUMBER(set_max_connections)
NUMBER(set_idle_timeout_ms)
NUMBER(set_max_response_bytes)

static verigator_status set_set_allow_plain_http(verigator_config *config,
                                                 const Argument *arguments) {
    return verigator_config_set_allow_plain_http(config, narrow(arguments[0].number));
}

// A version that there is not may come as a number.
static verigator_status set_set_min_tls_version(verigator_config *config,
                                                const Argument *arguments) {
    return verigator_config_set_min_tls_version(config, arguments[0].bytes != NULL
                                                            ? tls_version_named(arguments[0].bytes)
                                                            : narrow(arguments[0].number));
}

static verigator_status set_set_call_log(verigator_config *config, const Argument *arguments) {
    return verigator_config_set_call_log(config, log_level_named(arguments[0].bytes));
}

static verigator_status set_set_proxy(verigator_config *config, const Argument *arguments) {
    return verigator_config_set_proxy(config, arguments[0].bytes, arguments[1].bytes,
                                      arguments[2].bytes);
}

static verigator_status set_unset_proxy(verigator_config *config, const Argument *arguments) {
    (void)arguments;
    return verigator_config_unset_proxy(config);
}

static verigator_status set_set_ca_pem(verigator_config *config, const Argument *arguments) {
    return verigator_config_set_ca_pem(config, arguments[0].bytes, arguments[0].length);
}

static verigator_status set_set_client_certificate_file(verigator_config *config,
                                                        const Argument *arguments) {
    return verigator_config_set_client_certificate_file(config, arguments[0].bytes,
                                                        arguments[1].bytes);
}

static verigator_status set_set_client_certificate_pem(verigator_config *config,
                                                       const Argument *arguments) {
    return verigator_config_set_client_certificate_pem(
        config, arguments[0].bytes, arguments[0].length, arguments[1].bytes, arguments[1].length);
}

#define OPTION(option)                                                                             \
    { #option, set_##option }

static const struct {
    const char *name;
    Setter *set;
} OPTIONS[] = {
    OPTION(set_base_url),
    OPTION(set_allow_plain_http),
    OPTION(set_address),
    OPTION(set_connect_timeout_ms),
    OPTION(set_timeout_ms),
    OPTION(set_max_retries),
    OPTION(set_max_retry_wait_ms),
    OPTION(set_proxy),
    OPTION(unset_proxy),
    OPTION(set_ca_file),
    OPTION(set_ca_pem),
    OPTION(set_client_certificate_file),
    OPTION(set_client_certificate_pem),
    OPTION(add_pinned_key),
    OPTION(set_min_tls_version),
    OPTION(set_user_agent),
    OPTION(set_user_agent_prefix),
    OPTION(set_user_agent_suffix),
    OPTION(set_max_idle_connections),
    OPTION(set_max_connections),
    OPTION(set_idle_timeout_ms),
    OPTION(set_max_response_bytes),
    OPTION(set_call_log),
};

static Setter *setter_of(const char *name) {
    for (size_t index = 0; index < sizeof OPTIONS / sizeof *OPTIONS; index++) {
        if (name != NULL && strcmp(OPTIONS[index].name, name) == 0) {
            return OPTIONS[index].set;
        }
    }
    return NULL;
}

// A setting is the name and as many arguments as there are; the others are missing.
static bool read_setting(napi_env env, napi_value setting, Argument *arguments) {
    napi_value values[MOST_ARGUMENTS];
    for (uint32_t index = 0; index < MOST_ARGUMENTS; index++) {
        if (!succeeded(env, napi_get_element(env, setting, index, &values[index]))) {
            memset(arguments, 0, MOST_ARGUMENTS * sizeof *arguments);
            return false;
        }
    }
    return arguments_read(env, values, MOST_ARGUMENTS, arguments);
}

static bool set(napi_env env, verigator_config *config, napi_value setting,
                verigator_status *refusal) {
    Argument arguments[MOST_ARGUMENTS];
    bool read = read_setting(env, setting, arguments);
    if (read) {
        Setter *setter = setter_of(arguments[0].bytes);
        if (setter == NULL) {
            napi_throw_error(env, NULL, "there is no such option");
            read = false;
        } else {
            *refusal = setter(config, arguments + 1);
        }
    }
    arguments_free(arguments, MOST_ARGUMENTS);
    return read;
}

bool options_set(napi_env env, verigator_config *config, napi_value settings,
                 verigator_status *refusal) {
    *refusal = VERIGATOR_OK;
    uint32_t count = 0;
    if (!succeeded(env, napi_get_array_length(env, settings, &count))) {
        return false;
    }
    for (uint32_t index = 0; index < count && *refusal == VERIGATOR_OK; index++) {
        napi_value setting = NULL;
        if (!succeeded(env, napi_get_element(env, settings, index, &setting)) ||
            !set(env, config, setting, refusal)) {
            return false;
        }
    }
    return true;
}
