#include "node.h"

bool succeeded(napi_env env, napi_status status) {
    if (status == napi_ok) {
        return true;
    }
    bool waits = false;
    if (napi_is_exception_pending(env, &waits) == napi_ok && !waits) {
        const napi_extended_error_info *information = NULL;
        napi_get_last_error_info(env, &information);
        napi_throw_error(env, NULL,
                         information != NULL && information->error_message != NULL
                             ? information->error_message
                             : "Node-API failed");
    }
    return false;
}

napi_value nothing(napi_env env) {
    napi_value value = NULL;
    return succeeded(env, napi_get_undefined(env, &value)) ? value : NULL;
}

napi_value from_text(napi_env env, const char *text) {
    napi_value value = NULL;
    napi_status status = text == NULL
                             ? napi_get_null(env, &value)
                             : napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
    return succeeded(env, status) ? value : NULL;
}

napi_value from_number(napi_env env, double number) {
    napi_value value = NULL;
    return succeeded(env, napi_create_double(env, number, &value)) ? value : NULL;
}

napi_value from_truth(napi_env env, int32_t truth) {
    napi_value value = NULL;
    return succeeded(env, napi_get_boolean(env, truth == 1, &value)) ? value : NULL;
}

napi_value from_properties(napi_env env, const Property *properties, size_t count) {
    napi_value object = NULL;
    if (!succeeded(env, napi_create_object(env, &object))) {
        return NULL;
    }
    for (size_t index = 0; index < count; index++) {
        const Property *property = &properties[index];
        if (property->value == NULL ||
            !succeeded(env,
                       napi_set_named_property(env, object, property->name, property->value))) {
            return NULL;
        }
    }
    return object;
}

napi_value from_list(napi_env env, size_t count,
                     napi_value (*make)(napi_env, const void *list, size_t index),
                     const void *list) {
    napi_value array = NULL;
    if (!succeeded(env, napi_create_array_with_length(env, count, &array))) {
        return NULL;
    }
    for (size_t index = 0; index < count; index++) {
        napi_handle_scope scope = NULL;
        if (!succeeded(env, napi_open_handle_scope(env, &scope))) {
            return NULL;
        }
        napi_value element = make(env, list, index);
        bool set = element != NULL &&
                   succeeded(env, napi_set_element(env, array, (uint32_t)index, element));
        napi_close_handle_scope(env, scope);
        if (!set) {
            return NULL;
        }
    }
    return array;
}
