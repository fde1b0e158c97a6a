// What JavaScript hands over, as C reads it: always a copy.
#ifndef VERIGATOR_NODE_ARGUMENTS_H
#define VERIGATOR_NODE_ARGUMENTS_H

#include "node.h"

// At most this many arguments belong to an operation or an option.
enum { MOST_ARGUMENTS = 5 };

// A string or a Uint8Array is bytes with a NUL behind them, a number or a boolean is a number,
// `null` and `undefined` are not given. Other types do not come here: the layer in JavaScript
// refuses them.
typedef struct {
    bool given;
    char *bytes;
    size_t length;
    int64_t number;
} Argument;

// Reads `count` arguments, for arguments_free, also after it failed. Of text, a NUL becomes the
// bytes C0 80, and half of a surrogate pair the three bytes that UTF-8 would have for it, by which
// the library knows both.
bool arguments_read(napi_env env, const napi_value *values, size_t count, Argument *arguments);

void arguments_free(Argument *arguments, size_t count);

#endif
