// The options of a client, each by the name of its setter in verigator.h without
// `verigator_config_`.
#ifndef VERIGATOR_NODE_OPTIONS_H
#define VERIGATOR_NODE_OPTIONS_H

#include "node.h"

#include <verigator.h>

// Sets each of `settings`, an array of arrays of a name and its arguments, up to the first one that
// is refused, which
// `*refusal` is. False if an exception waits.
bool options_set(napi_env env, verigator_config *config, napi_value settings,
                 verigator_status *refusal);

#endif
