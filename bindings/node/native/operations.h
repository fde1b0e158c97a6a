// The operations of the contract: how the call of each is made, and what reads its answer.
#ifndef VERIGATOR_NODE_OPERATIONS_H
#define VERIGATOR_NODE_OPERATIONS_H

#include "arguments.h"
#include "node.h"

#include <verigator.h>

typedef struct {
    // That of `verigator_call_*`.
    const char *name;
    verigator_status (*make)(const verigator_ctx *context, const Argument *arguments,
                             verigator_call **call);
    // Takes the answer out of a call that succeeded: NULL without an exception if there is no room
    // for a handle.
    napi_value (*answer)(napi_env env, verigator_call *call);
} Operation;

// The operation of a name, or NULL.
const Operation *operation_of(const char *name);

#endif
