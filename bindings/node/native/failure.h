// Failures of the library, as plain objects. The layer in JavaScript makes errors of them: there
// are classes, each once in every realm that loaded it.
#ifndef VERIGATOR_NODE_FAILURE_H
#define VERIGATOR_NODE_FAILURE_H

#include "node.h"

#include <verigator.h>

// Why a function of the library has just failed on this thread.
napi_value last_failure(napi_env env, verigator_status status);

// Why a call failed that has ended with this status.
napi_value failure_of(napi_env env, const verigator_call *call, verigator_status status);

#endif
