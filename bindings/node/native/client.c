#include "client.h"

#include "arguments.h"
#include "failure.h"
#include "names.h"
#include "operations.h"
#include "options.h"
#include "under_way.h"

#include <stdlib.h>
#include <verigator.h>

typedef struct {
    // Strong as long as calls are under way.
    napi_ref owner;
    verigator_ctx *context;
    // NULL once it was closed and its last call was taken out, or its environment ended.
    verigator_queue *queue;
    napi_threadsafe_function wake;
    bool closed;
    UnderWay under_way;
} Client;

// By which the object of a client is told from all others.
static const napi_type_tag CLIENT = {0x7665726967617465, 0xb1d7a3c52f0e4986};

static void ask_loop_to_look(void *data) {
    Client *client = data;
    // It is never full. That it is closing cannot be: the queue's wake function was taken away
    // before.
    (void)napi_call_threadsafe_function(client->wake, NULL, napi_tsfn_nonblocking);
}

static void look(napi_env env, napi_value function, void *context, void *data) {
    (void)function;
    (void)data;
    // Without an environment, which has ended, there may be no client either.
    if (env == NULL) {
        return;
    }
    Client *client = context;
    napi_value owner = NULL;
    napi_value method = NULL;
    if (napi_get_reference_value(env, client->owner, &owner) == napi_ok && owner != NULL &&
        napi_get_named_property(env, owner, "ended", &method) == napi_ok) {
        napi_call_function(env, owner, method, 0, NULL, NULL);
    }
}

// Ends the queue. When this returns, nothing of it runs any more on another thread.
static void end_queue(Client *client) {
    if (client->queue != NULL) {
        if (verigator_queue_set_wake(client->queue, NULL, NULL, NULL) != VERIGATOR_OK) {
            verigator_clear_error();
        }
        verigator_queue_free(client->queue);
        client->queue = NULL;
    }
    if (client->wake != NULL) {
        napi_release_threadsafe_function(client->wake, napi_tsfn_abort);
        client->wake = NULL;
    }
}

// Runs before the environment's own things end, and not at all when the process ends first.
static void end_client(void *data) {
    Client *client = data;
    end_queue(client);
    under_way_free(&client->under_way);
    verigator_ctx_free(client->context);
    client->context = NULL;
}

static void free_client(napi_env env, void *data, void *hint) {
    (void)hint;
    Client *client = data;
    napi_remove_env_cleanup_hook(env, end_client, client);
    end_client(client);
    napi_delete_reference(env, client->owner);
    free(client);
}

static bool make_wake(napi_env env, Client *client) {
    napi_value name = NULL;
    return succeeded(env, napi_create_string_utf8(env, "verigator", NAPI_AUTO_LENGTH, &name)) &&
           succeeded(env, napi_create_threadsafe_function(env, NULL, NULL, name, 0, 1, NULL, NULL,
                                                          client, look, &client->wake)) &&
           succeeded(env, napi_unref_threadsafe_function(env, client->wake));
}

static verigator_status make_queue(Client *client) {
    verigator_status status = verigator_queue_new(client->context, &client->queue);
    if (status == VERIGATOR_OK) {
        status = verigator_queue_set_wake(client->queue, ask_loop_to_look, client, NULL);
    }
    return status;
}

// Gives `owner` a client with this context, which is the client's from then on.
static napi_value adopt(napi_env env, napi_value owner, verigator_ctx *context) {
    Client *client = calloc(1, sizeof *client);
    if (client == NULL) {
        verigator_ctx_free(context);
        napi_throw_error(env, NULL, "there is no memory for a client");
        return NULL;
    }
    client->context = context;
    if (!succeeded(env, napi_wrap(env, owner, client, free_client, NULL, &client->owner))) {
        verigator_ctx_free(context);
        free(client);
        return NULL;
    }
    // Whatever fails from here on: the client is freed with its owner.
    if (!succeeded(env, napi_type_tag_object(env, owner, &CLIENT)) || !make_wake(env, client)) {
        return NULL;
    }
    // After the function it releases, since hooks run in reverse order.
    if (!succeeded(env, napi_add_env_cleanup_hook(env, end_client, client))) {
        return NULL;
    }
    verigator_status status = make_queue(client);
    return status == VERIGATOR_OK ? nothing(env) : last_failure(env, status);
}

// Makes a context of what `open` was given. False if an exception waits.
static bool make_context(napi_env env, const Argument *arguments, napi_value settings,
                         verigator_ctx **context, verigator_status *status) {
    verigator_config *config = NULL;
    *status = arguments[0].number == 1
                  ? verigator_config_from_env(&config)
                  : verigator_config_new(arguments[1].bytes, arguments[2].bytes, &config);
    bool made = *status != VERIGATOR_OK || options_set(env, config, settings, status);
    if (made && *status == VERIGATOR_OK) {
        *status = verigator_ctx_new(config, context);
    }
    verigator_config_free(config);
    return made;
}

napi_value client_open(napi_env env, napi_callback_info information) {
    enum { ARGUMENTS = 3 };
    napi_value values[2 + ARGUMENTS];
    size_t count = 2 + ARGUMENTS;
    if (!succeeded(env, napi_get_cb_info(env, information, &count, values, NULL, NULL))) {
        return NULL;
    }
    Argument arguments[ARGUMENTS];
    verigator_ctx *context = NULL;
    verigator_status status = VERIGATOR_OK;
    napi_value result = NULL;
    if (arguments_read(env, values + 2, ARGUMENTS, arguments) &&
        make_context(env, arguments, values[1], &context, &status)) {
        result =
            status == VERIGATOR_OK ? adopt(env, values[0], context) : last_failure(env, status);
    }
    arguments_free(arguments, ARGUMENTS);
    return result;
}

// The client of the first of `most` arguments, which `values` gets; NULL if it has none.
static Client *client_of(napi_env env, napi_callback_info information, napi_value *values,
                         size_t most) {
    size_t count = most;
    bool tagged = false;
    void *client = NULL;
    if (!succeeded(env, napi_get_cb_info(env, information, &count, values, NULL, NULL)) ||
        !succeeded(env, napi_check_object_type_tag(env, values[0], &CLIENT, &tagged))) {
        return NULL;
    }
    if (!tagged) {
        napi_throw_type_error(env, NULL, "this object has no client");
        return NULL;
    }
    return succeeded(env, napi_unwrap(env, values[0], &client)) ? client : NULL;
}

// The first call keeps loop and owner alive, the end of the last one lets them go.
static bool hold(napi_env env, Client *client) {
    return client->under_way.count > 0 ||
           (succeeded(env, napi_reference_ref(env, client->owner, NULL)) &&
            succeeded(env, napi_ref_threadsafe_function(env, client->wake)));
}

static void let_go(napi_env env, Client *client) {
    if (client->under_way.count == 0) {
        napi_reference_unref(env, client->owner, NULL);
        napi_unref_threadsafe_function(env, client->wake);
        if (client->closed) {
            end_queue(client);
        }
    }
}

static napi_value from_call(napi_env env, const verigator_call *call) {
    return from_number(env, (double)(uintptr_t)call);
}

// Hands a call to the queue, where it stays until it is taken out. One that is refused is freed.
static napi_value submit(napi_env env, Client *client, verigator_call *call,
                         const Operation *operation) {
    uint64_t tag = 0;
    if (!under_way_reserve(&client->under_way, &tag)) {
        verigator_call_free(call);
        napi_throw_error(env, NULL, "there is no memory for a call");
        return NULL;
    }
    if (!hold(env, client)) {
        verigator_call_free(call);
        return NULL;
    }
    verigator_status status = verigator_call_submit(call, client->queue, tag);
    if (status == VERIGATOR_OK) {
        under_way_add(&client->under_way, call, operation);
        return from_call(env, call);
    }
    napi_value failure = last_failure(env, status);
    verigator_call_free(call);
    let_go(env, client);
    return failure;
}

// A closed client has no queue; the library refuses its calls at once.
static napi_value refuse(napi_env env, verigator_call *call) {
    verigator_status status = verigator_call_run(call);
    napi_value failure = failure_of(env, call, status);
    verigator_clear_error();
    verigator_call_free(call);
    return failure;
}

static napi_value begin(napi_env env, Client *client, const Argument *timeout, const Argument *name,
                        const Argument *arguments) {
    const Operation *operation = operation_of(name->bytes);
    if (operation == NULL) {
        napi_throw_error(env, NULL, "there is no such operation");
        return NULL;
    }
    verigator_call *call = NULL;
    verigator_status status = operation->make(client->context, arguments, &call);
    if (status == VERIGATOR_OK && timeout->given) {
        status = verigator_call_set_timeout_ms(call, timeout->number);
    }
    if (status != VERIGATOR_OK) {
        napi_value failure = last_failure(env, status);
        verigator_call_free(call);
        return failure;
    }
    return client->queue == NULL ? refuse(env, call) : submit(env, client, call, operation);
}

napi_value client_submit(napi_env env, napi_callback_info information) {
    enum { ARGUMENTS = 2 + MOST_ARGUMENTS };
    napi_value values[1 + ARGUMENTS];
    Client *client = client_of(env, information, values, 1 + ARGUMENTS);
    if (client == NULL) {
        return NULL;
    }
    Argument arguments[ARGUMENTS];
    napi_value result = NULL;
    if (arguments_read(env, values + 1, ARGUMENTS, arguments)) {
        result = begin(env, client, &arguments[0], &arguments[1], &arguments[2]);
    }
    arguments_free(arguments, ARGUMENTS);
    return result;
}

static napi_value log_line(napi_env env, const void *call, size_t index) {
    const Property properties[] = {
        {"level", from_text(env, log_level_name(verigator_call_log_level(call, index)))},
        {"message", from_text(env, verigator_call_log_message(call, index))},
    };
    return from_properties(env, properties, sizeof properties / sizeof *properties);
}

static napi_value log_of(napi_env env, const verigator_call *call) {
    size_t count = 0;
    while (verigator_call_log_level(call, count) != 0) {
        count++;
    }
    return from_list(env, count, log_line, call);
}

// What an ended call came to.
static napi_value outcome(napi_env env, verigator_call *call, const Operation *operation) {
    verigator_status status = verigator_call_status(call);
    napi_value answer = status == VERIGATOR_OK ? operation->answer(env, call) : nothing(env);
    napi_value failure = from_text(env, NULL);
    bool waits = false;
    if (answer == NULL && napi_is_exception_pending(env, &waits) == napi_ok && !waits) {
        answer = nothing(env);
        status = VERIGATOR_SYSTEM;
    }
    if (status != VERIGATOR_OK) {
        failure = failure_of(env, call, status);
    }
    const Property properties[] = {
        {"call", from_call(env, call)},
        {"failure", failure},
        {"answer", answer},
        {"log", log_of(env, call)},
    };
    return from_properties(env, properties, sizeof properties / sizeof *properties);
}

// Takes one ended call out of the queue: NULL if none waits, or an exception does.
static napi_value take(napi_env env, Client *client) {
    verigator_call *call = NULL;
    if (client->queue == NULL || verigator_queue_next(client->queue, 0, &call) != VERIGATOR_OK) {
        return NULL;
    }
    const Operation *operation = under_way_remove(&client->under_way, verigator_call_tag(call));
    napi_value ended = outcome(env, call, operation);
    verigator_call_free(call);
    let_go(env, client);
    return ended;
}

napi_value client_take(napi_env env, napi_callback_info information) {
    napi_value values[2];
    Client *client = client_of(env, information, values, 2);
    uint32_t most = 0;
    napi_value array = NULL;
    if (client == NULL || !succeeded(env, napi_get_value_uint32(env, values[1], &most)) ||
        !succeeded(env, napi_create_array(env, &array))) {
        return NULL;
    }
    for (uint32_t index = 0; index < most; index++) {
        napi_handle_scope scope = NULL;
        if (!succeeded(env, napi_open_handle_scope(env, &scope))) {
            return NULL;
        }
        napi_value ended = take(env, client);
        bool set = ended != NULL && succeeded(env, napi_set_element(env, array, index, ended));
        napi_close_handle_scope(env, scope);
        if (!set) {
            break;
        }
    }
    return array;
}

napi_value client_cancel(napi_env env, napi_callback_info information) {
    napi_value value = NULL;
    size_t count = 1;
    double call = 0;
    if (!succeeded(env, napi_get_cb_info(env, information, &count, &value, NULL, NULL)) ||
        !succeeded(env, napi_get_value_double(env, value, &call))) {
        return NULL;
    }
    // No handle is given twice, so that one that was freed is refused.
    if (verigator_call_cancel((verigator_call *)(uintptr_t)call) != VERIGATOR_OK) {
        verigator_clear_error();
    }
    return nothing(env);
}

napi_value client_close(napi_env env, napi_callback_info information) {
    napi_value owner = NULL;
    Client *client = client_of(env, information, &owner, 1);
    if (client == NULL) {
        return NULL;
    }
    verigator_status status = verigator_ctx_close(client->context);
    client->closed = true;
    if (client->under_way.count == 0) {
        end_queue(client);
    }
    return status == VERIGATOR_OK ? nothing(env) : last_failure(env, status);
}

napi_value client_close_idle(napi_env env, napi_callback_info information) {
    napi_value owner = NULL;
    Client *client = client_of(env, information, &owner, 1);
    if (client == NULL) {
        return NULL;
    }
    verigator_status status = verigator_ctx_close_idle(client->context);
    return status == VERIGATOR_OK ? nothing(env) : last_failure(env, status);
}
