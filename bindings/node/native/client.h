// A client of one JavaScript environment: a context of the library and its queue, whose wake
// function has the environment's loop look for ended calls.
//
// The environment's thread makes and frees all of it; the queue's thread only runs the wake
// function. As long as calls are under way the loop is kept alive, and so is the object that owns
// the client.
#ifndef VERIGATOR_NODE_CLIENT_H
#define VERIGATOR_NODE_CLIENT_H

#include "node.h"

// open(owner, settings, fromEnvironment, username, password): makes the client of `owner`, an
// object with a method `ended`, which is called when ended calls wait. Returns nothing, or a
// failure.
napi_value client_open(napi_env env, napi_callback_info information);

// submit(owner, timeout, operation, ...arguments): begins a call; `timeout` is in milliseconds, or
// nothing for that of the client. Returns the call, a number, or a failure.
napi_value client_submit(napi_env env, napi_callback_info information);

// take(owner, most): takes out calls that have ended, and returns an array of objects: `call`;
// `failure`, or null and `answer`; `log`, an array of lines.
napi_value client_take(napi_env env, napi_callback_info information);

// cancel(call): ends a call as soon as may be. One that has ended stays as it is.
napi_value client_cancel(napi_env env, napi_callback_info information);

// close(owner): ends all calls, and refuses later ones.
napi_value client_close(napi_env env, napi_callback_info information);

// closeIdle(owner): closes the connections that no call uses.
napi_value client_close_idle(napi_env env, napi_callback_info information);

#endif
