// What calls are answered with, as plain objects, which know nothing of the library. Each function
// takes the answer out of a call that succeeded; NULL without an exception if there was no room for
// a handle.
#ifndef VERIGATOR_NODE_ANSWERS_H
#define VERIGATOR_NODE_ANSWERS_H

#include "node.h"

#include <verigator.h>

// For a call that has no answer but its status.
napi_value no_answer(napi_env env, verigator_call *call);
napi_value service_answer(napi_env env, verigator_call *call);
napi_value services_answer(napi_env env, verigator_call *call);
napi_value user_answer(napi_env env, verigator_call *call);
napi_value users_answer(napi_env env, verigator_call *call);
napi_value challenge_answer(napi_env env, verigator_call *call);
napi_value verification_answer(napi_env env, verigator_call *call);
napi_value enrolment_answer(napi_env env, verigator_call *call);
napi_value enrolment_link_answer(napi_env env, verigator_call *call);
napi_value totp_state_answer(napi_env env, verigator_call *call);
napi_value recovery_codes_answer(napi_env env, verigator_call *call);
napi_value remaining_answer(napi_env env, verigator_call *call);

#endif
