// Node-API as this addon uses it, and what every file does with it.
//
// A function that fails to make a value returns NULL: then an exception waits in `env`, or the
// environment is about to end, and its caller returns at once.
#ifndef VERIGATOR_NODE_H
#define VERIGATOR_NODE_H

#define NAPI_VERSION 8
#include <node_api.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Whether a call of Node-API came to its end; if not, an exception waits afterwards.
bool succeeded(napi_env env, napi_status status);

// `undefined`, which is also what a function returns that has nothing to say.
napi_value nothing(napi_env env);

// A string, or `null` for NULL.
napi_value from_text(napi_env env, const char *text);

napi_value from_number(napi_env env, double number);

// `true` for 1 alone.
napi_value from_truth(napi_env env, int32_t truth);

// One property of an object; made by one of the functions above, so that a NULL is handed on.
typedef struct {
    const char *name;
    napi_value value;
} Property;

// An object with these properties.
napi_value from_properties(napi_env env, const Property *properties, size_t count);

// An array of `count` objects, each made of what `make` reads at its index.
napi_value from_list(napi_env env, size_t count,
                     napi_value (*make)(napi_env, const void *list, size_t index),
                     const void *list);

#endif
