#include "arguments.h"

#include <stdlib.h>
#include <string.h>

static bool no_memory(napi_env env) {
    napi_throw_error(env, NULL, "there is no memory for an argument");
    return false;
}

// The code point that begins at `*index`, which is moved behind it.
static uint32_t next_code_point(const char16_t *text, size_t length, size_t *index) {
    uint32_t unit = text[(*index)++];
    if (unit >= 0xD800 && unit < 0xDC00 && *index < length && text[*index] >= 0xDC00 &&
        text[*index] < 0xE000) {
        return 0x10000 + ((unit - 0xD800) << 10) + (text[(*index)++] - 0xDC00U);
    }
    return unit;
}

// Writes a code point in as many bytes as it takes, and returns where they end.
static char *write_code_point(char *end, uint32_t point) {
    if (point != 0 && point < 0x80) {
        *end++ = (char)point;
    } else if (point < 0x800) {
        *end++ = (char)(0xC0 | point >> 6);
        *end++ = (char)(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        *end++ = (char)(0xE0 | point >> 12);
        *end++ = (char)(0x80 | (point >> 6 & 0x3F));
        *end++ = (char)(0x80 | (point & 0x3F));
    } else {
        *end++ = (char)(0xF0 | point >> 18);
        *end++ = (char)(0x80 | (point >> 12 & 0x3F));
        *end++ = (char)(0x80 | (point >> 6 & 0x3F));
        *end++ = (char)(0x80 | (point & 0x3F));
    }
    return end;
}

static bool read_text(napi_env env, napi_value value, Argument *argument) {
    size_t length = 0;
    if (!succeeded(env, napi_get_value_string_utf16(env, value, NULL, 0, &length))) {
        return false;
    }
    char16_t *text = malloc((length + 1) * sizeof *text);
    // No code unit takes more than three bytes.
    argument->bytes = malloc(3 * length + 1);
    bool read = text != NULL && argument->bytes != NULL;
    if (!read) {
        no_memory(env);
    } else if ((read = succeeded(
                    env, napi_get_value_string_utf16(env, value, text, length + 1, &length)))) {
        char *end = argument->bytes;
        for (size_t index = 0; index < length;) {
            end = write_code_point(end, next_code_point(text, length, &index));
        }
        *end = '\0';
        argument->length = (size_t)(end - argument->bytes);
    }
    free(text);
    return read;
}

static bool read_bytes(napi_env env, napi_value value, Argument *argument) {
    void *data = NULL;
    if (!succeeded(env, napi_get_typedarray_info(env, value, NULL, &argument->length, &data, NULL,
                                                 NULL))) {
        return false;
    }
    argument->bytes = malloc(argument->length + 1);
    if (argument->bytes == NULL) {
        return no_memory(env);
    }
    if (argument->length > 0) {
        memcpy(argument->bytes, data, argument->length);
    }
    argument->bytes[argument->length] = '\0';
    return true;
}

// The nearest number that there is room for, which is as far beyond every limit.
static bool read_number(napi_env env, napi_value value, Argument *argument) {
    double number = 0;
    if (!succeeded(env, napi_get_value_double(env, value, &number))) {
        return false;
    }
    if (number >= 0x1p63) {
        argument->number = INT64_MAX;
    } else if (number <= -0x1p63) {
        argument->number = INT64_MIN;
    } else {
        argument->number = number == number ? (int64_t)number : 0;
    }
    return true;
}

static bool read_truth(napi_env env, napi_value value, Argument *argument) {
    bool truth = false;
    if (!succeeded(env, napi_get_value_bool(env, value, &truth))) {
        return false;
    }
    argument->number = truth;
    return true;
}

static bool read_argument(napi_env env, napi_value value, Argument *argument) {
    napi_valuetype type = napi_undefined;
    if (!succeeded(env, napi_typeof(env, value, &type))) {
        return false;
    }
    argument->given = type != napi_undefined && type != napi_null;
    switch (type) {
    case napi_undefined:
    case napi_null:
        return true;
    case napi_string:
        return read_text(env, value, argument);
    case napi_number:
        return read_number(env, value, argument);
    case napi_boolean:
        return read_truth(env, value, argument);
    default:
        return read_bytes(env, value, argument);
    }
}

bool arguments_read(napi_env env, const napi_value *values, size_t count, Argument *arguments) {
    memset(arguments, 0, count * sizeof *arguments);
    for (size_t index = 0; index < count; index++) {
        if (!read_argument(env, values[index], &arguments[index])) {
            return false;
        }
    }
    return true;
}

void arguments_free(Argument *arguments, size_t count) {
    for (size_t index = 0; index < count; index++) {
        free(arguments[index].bytes);
    }
}
