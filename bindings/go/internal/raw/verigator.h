/*
 * libverigator: two-factor logins through the Verigator API, for C and for every language that
 * loads a C library.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * This file is generated from src/ffi; do not edit it.
 *
 *
 * A login
 *
 *     verigator_config *config = NULL;
 *     verigator_ctx *ctx = NULL;
 *     verigator_method method = 0;
 *     int32_t verified = 0;
 *
 *     if (verigator_config_new("api-username", "api-password", &config) != VERIGATOR_OK ||
 *         verigator_ctx_new(config, &ctx) != VERIGATOR_OK ||
 *         verigator_auth_initiate(ctx, service_id, user_id, VERIGATOR_METHOD_TOTP, &method) !=
 *             VERIGATOR_OK) {
 *         verigator_error *error = verigator_last_error();
 *         fprintf(stderr, "%s\n", verigator_error_message(error));
 *         verigator_error_free(error);
 *     } else if (verigator_auth_verify(ctx, service_id, user_id, token, &verified) ==
 *                    VERIGATOR_OK && verified) {
 *         puts("welcome");
 *     }
 *     verigator_ctx_free(ctx);
 *     verigator_config_free(config);
 *
 * Link with what `pkg-config --libs verigator` prints, with verigator::verigator after CMake's
 * find_package(verigator), or with -lverigator. The static library (`pkg-config --static`,
 * verigator::static) needs those of the system too: on Linux -lutil -lrt -lpthread -lm -ldl. A
 * library that has it inside hides it, with -Wl,--exclude-libs,ALL, so that two such libraries in
 * one process each call their own. On Windows, define VERIGATOR_STATIC to link the static library.
 *
 *
 * Status
 *
 * A call that can fail returns a verigator_status. 0 (VERIGATOR_OK) is success. A positive value is
 * the HTTP status that the service answered; one without a constant comes back as its own number. A
 * negative value arose on this side. The numbers are permanent. A program that does not know a value
 * treats it as a failure.
 *
 * Deny by default: a login is verified only when verigator_auth_verify returned VERIGATOR_OK and
 * wrote 1, or verigator_verification_verified returned 1. Every error is a no. The compiler warns when
 * a status is not looked at, but of a function that frees.
 *
 *
 * Outputs
 *
 * Outputs are the last parameters. They are written twice: on entry, before anything can fail, they
 * become 0 or NULL, and on success they get the result. So after a failure they say no, or nothing,
 * whatever they were before; a handle that was there is not freed by that. An output that is not wanted
 * may be NULL, but not the answer of a verification.
 *
 * What is true or false is an int32_t of 1 or 0, in both directions, since a C bool leaves most of a
 * register as it was, which callers from other languages may read.
 *
 *
 * Strings
 *
 * Strings in are NUL-terminated UTF-8 and are copied before the call returns. Strings out belong to
 * the handle they were read from and are valid until it is freed. No program ever frees a string.
 *
 *
 * Handles
 *
 * Handles are opaque: a value, not an address. What makes a handle names what frees it. Freeing NULL
 * does nothing. A handle that is NULL, was freed before, or is of another kind gives
 * VERIGATOR_INVALID_HANDLE (from a function that returns a status) or the value that its comment
 * names, not a crash. On 64-bit machines a handle's value is from 2^48 to 2^52, so that it is no address
 * and a double can hold it, and no value is given twice. On 32-bit machines a freed handle may be taken
 * for a new one after 4095 others took its place.
 *
 *
 * Errors
 *
 * verigator_last_error gives the calling thread's last failure as an object: status, kind, HTTP
 * status, a message for a person, the service's own message and body, request id, Retry-After,
 * whether a byte of the request may have been sent, and whether trying again is safe. Other threads
 * may read it, and later failures do not change it. The last failure stays with the thread, up to 128
 * KiB of what the service said with it, until the next one, the thread's end, or verigator_clear_error.
 *
 *
 * Threads
 *
 * A verigator_ctx, a verigator_call and a verigator_queue may be used from any number of threads at once.
 * A verigator_config is for one thread as long as it is changed, and for any number once it is not. All
 * other handles do not change and may be read by any thread. No function may be called from a signal
 * handler. A call blocks its thread until the reply is there or the deadline passes; a call on one thread
 * never waits for a call on another. A destructor of a thread that ends, and a function that runs at exit,
 * may make calls too, then without a last error, or with one that stays until verigator_clear_error;
 * only through a proxy that forwards plain http, or SOCKS, such a call is refused with VERIGATOR_SYSTEM
 * on a thread that made one before.
 *
 * A call takes 128 KiB of stack at most, beside what a log callback takes of its own.
 *
 * The library has no thread of its own, but that of a queue, and those that follow. All have their
 * signals blocked but those of faults, and a name that begins with "verigator-".
 *
 * One is made for the lookup of a name (getaddrinfo, which cannot be interrupted; so the rules of the
 * machine hold: hosts file, NSS, split DNS), and it ends with that lookup; if the deadline passes first,
 * the call returns and the thread ends when the operating system answers. All calls on a context that
 * need a name meanwhile wait for that one lookup, and for a second after it failed they fail with it. A
 * process has 128 such threads at most, for all its contexts: one more lookup fails with
 * VERIGATOR_SYSTEM. A base URL with an IP address or localhost, or verigator_config_set_address, needs
 * no lookup and no thread. On Windows, macOS and Android the system verifies certificates, unless the
 * program names its authorities: in a thread of the same sort, which is one of the 128, since it may
 * fetch revocation lists.
 *
 * A call through a proxy that forwards plain http, or SOCKS, has a thread while it lasts if it is made in
 * a queue, in steps (verigator_call_step), or within a runtime (Tokio) of a program in Rust.
 *
 *
 * Calls and queues
 *
 * A function above blocks its thread. A program that must not wait makes a call of the same operation
 * instead: an object that carries its own outcome and error, so that nothing is the thread's.
 *
 *     verigator_call *call = NULL;
 *     if (verigator_call_auth_check(ctx, service_id, user_id, challenge, token, &call) ==
 *             VERIGATOR_OK &&
 *         verigator_call_submit(call, queue, 42) == VERIGATOR_OK)
 *         return; // to the loop
 *
 * What is wrong with an argument is said when the call is made, and nothing is sent before
 * verigator_call_run, which makes it on this thread, or verigator_call_submit, which hands it to a
 * queue. The loop watches the queue's descriptor, with poll, epoll, kqueue or whatever it has:
 *
 *     int fd = -1;
 *     verigator_queue_fd(queue, &fd);
 *     struct pollfd watched = {.fd = fd, .events = POLLIN};
 *     while (poll(&watched, 1, -1) >= 0) {
 *         verigator_call *call = NULL;
 *         while (verigator_queue_next(queue, 0, &call) == VERIGATOR_OK) {
 *             verigator_verification *answer = verigator_call_verification(call);
 *             login_ended(verigator_call_tag(call), verigator_verification_verified(answer));
 *             verigator_verification_free(answer);
 *             verigator_call_free(call);
 *         }
 *     }
 *
 * Results are pulled, not pushed: they come out of verigator_queue_next, on a thread of the program's.
 * The descriptor is a state, readable exactly as long as an ended call waits; it is the queue's to read
 * and to close. A loop that cannot watch one sets a wake function, which only says that it is time to
 * look. A program without a loop waits in verigator_queue_next.
 *
 * Each submitted call comes out once, also a cancelled one, at the deadline and when the queue is
 * closed; but not one that was freed before. verigator_call_cancel ends a call from any thread, at any
 * time: its status is VERIGATOR_CANCELLED, verigator_error_maybe_sent says whether the service may
 * have seen it, and an answer that comes at that moment is kept.
 *
 * A language that has to see to its own signals and interrupts makes a call with verigator_call_step in
 * place of verigator_call_run: it comes back ten times a second, and goes on when it is called again. With
 * verigator_config_set_call_log a call keeps its log lines, for verigator_call_log_message, so that no callback
 * comes from the queue's thread.
 *
 * A queue has one thread, from the first submit until it is closed, with all signals blocked but those
 * of faults. It makes as many calls at once as verigator_config_set_max_connections says; the others
 * wait in order, their deadlines running. Retries, deadlines and limits are those of the functions
 * above. Only a call through a proxy that forwards plain http, or SOCKS, has a thread of its own while
 * it lasts. In a child of fork() a queue begins anew: what was under way in the parent ends
 * VERIGATOR_CANCELLED in the child, and goes on in the parent. Nothing waits for a queue's thread, nor
 * at exit.
 *
 *
 * Processes
 *
 * A context made before fork() works in the child and in the parent, at once and at the same time,
 * also when other threads were inside the library at the moment of the fork(). The child makes
 * connections of its own; those inherited stay open, unused, until it ends, and what a thread was
 * using that is not in the child is not given back. The C library's own lookup of names may not
 * survive a fork() in the middle of one: a child of a program with threads is safest with
 * verigator_config_set_address. The library installs no signal handler; it counts forks
 * (pthread_atfork), and raises no SIGPIPE. It reads the environment in verigator_config_from_env only;
 * what getaddrinfo reads is the C library's affair (with glibc RES_OPTIONS, LOCALDOMAIN and HOSTALIASES,
 * unless the program is set-uid). On Linux the shared library stays loaded after dlclose(), and on
 * Windows after FreeLibrary() once it has started a thread.
 *
 * A program that closes all descriptors, as a daemon does when it starts, closes the connections that
 * are kept, too. The next call makes a new one; what has their numbers by then is neither written to
 * nor read nor closed.
 *
 *
 * What not every server has
 *
 * Enrolling authenticator apps (verigator_totp_*), recovery codes (verigator_recovery_codes_*),
 * verigator_user_unlock, verigator_user_find, verigator_service_find and verigator_service_page are
 * routes of verigator-server. The hosted service has none of them: there, and wherever a server knows no such
 * route, these calls come to VERIGATOR_NOT_SUPPORTED, and nothing was done. VERIGATOR_NOT_FOUND means
 * that the route is there, and the service, the user or the enrolment is not. verigator_user_page works
 * with both: the hosted service has one page, with all users.
 *
 *
 * Trying again
 *
 * The library itself repeats only what can do no harm: a request of which no byte was sent, and
 * reading or deleting. An authentication is never started or verified twice by one call: a second
 * start would send a second message, a second verify burns the token. One deadline covers all of it
 * (verigator_config_set_timeout_ms).
 *
 *
 * Limits
 *
 * Ids are 1 to 1024 bytes, tokens 1 to 64 printable ASCII characters, other texts at most 4096
 * bytes. Of a reply at most 1 MiB of body (verigator_config_set_max_response_bytes) and 100 header
 * lines are read; its JSON is at most 100 levels deep, and no string in it longer than 256 KiB. An
 * error keeps 64 KiB of the body, and of the service's message.
 *
 *
 * Versions
 *
 * The interface only grows within a major version; each comment says since when. On Linux a program
 * that needs a function of a later minor version does not start with an earlier library. The library's
 * version is verigator_version, the header's VERIGATOR_VERSION_MAJOR, _MINOR and _PATCH.
 */


#ifndef VERIGATOR_H
#define VERIGATOR_H

#include <stddef.h>
#include <stdint.h>

/* Has the compiler warn when a result is not looked at. */
#if defined(__cplusplus) && __cplusplus >= 201703L
#define VERIGATOR_MUST_USE [[nodiscard]]
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L
#define VERIGATOR_MUST_USE [[nodiscard]]
#elif defined(__GNUC__) || defined(__clang__)
#define VERIGATOR_MUST_USE __attribute__((warn_unused_result))
#elif defined(_MSC_VER)
#include <sal.h>
#define VERIGATOR_MUST_USE _Check_return_
#else
#define VERIGATOR_MUST_USE
#endif

/* How functions and callbacks are called, whatever a program's compiler is told to assume. */
#if defined(_WIN32)
#define VERIGATOR_CALL __cdecl
#else
#define VERIGATOR_CALL
#endif

/* Windows wants to know that a function comes from a DLL. A program that links the static library
 * there defines VERIGATOR_STATIC. */
#ifndef VERIGATOR_API
#if defined(_WIN32) && !defined(VERIGATOR_STATIC)
#define VERIGATOR_API __declspec(dllimport)
#else
#define VERIGATOR_API
#endif
#endif


/**
 * The major version of this header: it changes when a program must be changed.
 */
#define VERIGATOR_VERSION_MAJOR 1

/**
 * The minor version of this header: it changes when something is added.
 */
#define VERIGATOR_VERSION_MINOR 0

/**
 * The patch version of this header: it changes with every other release.
 */
#define VERIGATOR_VERSION_PATCH 0

/**
 * One operation that is about to happen, with its arguments, its outcome and its error.
 *
 * verigator_call_auth_start and its like make it; verigator_call_run makes the call on this thread,
 * or verigator_call_submit hands it to a queue. Once it has ended, verigator_call_status says what it
 * came to, verigator_call_error why, and verigator_call_verification and its like give the answer.
 * verigator_call_free ends it. It keeps what it needs of its context, which may be freed before. Any
 * thread may use it, several at once.
 */
typedef struct verigator_call verigator_call;

/**
 * A started authentication that waits for its token.
 *
 * verigator_auth_start makes it (or verigator_challenge_new, from what was stored),
 * verigator_auth_check uses it, verigator_challenge_free ends it. It does not change, and any
 * thread may read it.
 */
typedef struct verigator_challenge verigator_challenge;

/**
 * The options of a context, each with a default but the credentials.
 *
 * verigator_config_new or verigator_config_from_env make it, the verigator_config_set_* functions
 * change it, verigator_ctx_new copies it, verigator_config_free ends it. It is for one thread as long
 * as it is changed; then any number may make contexts with it at once.
 *
 * A setter checks its value at once: VERIGATOR_INVALID_CONFIG, or VERIGATOR_INVALID_ARGUMENT for one that
 * is NULL. When it refuses, the option stays as
 * it was, and verigator_ctx_new makes no context until the option is set well: its default could be
 * weaker than what was asked for. So is it after a setter that met another thread.
 */
typedef struct verigator_config verigator_config;

/**
 * What calls are made with: the options, and the idle connections.
 *
 * verigator_config_new or verigator_config_from_env, verigator_ctx_new, any number of calls from
 * any number of threads at once (after fork() in the child as well as in the parent), then
 * verigator_ctx_free.
 */
typedef struct verigator_ctx verigator_ctx;

/**
 * What an authenticator app is enrolled with.
 *
 * verigator_totp_begin makes it; verigator_enrolment_uri or verigator_enrolment_qr_svg is for the app;
 * verigator_enrolment_free ends it, and wipes it. All of its strings are the secret in some form: they are
 * shown to their user once, and not logged. It does not change, and any thread may read it.
 */
typedef struct verigator_enrolment verigator_enrolment;

/**
 * A link by which a user sets an authenticator app up.
 *
 * verigator_totp_link_create makes it; verigator_enrolment_link_url is for the user; verigator_enrolment_link_free
 * ends it, and wipes it. The link itself works on. Whoever opens it sets an app up, so that it is given to its user
 * alone, and not logged. It does not change, and any thread may read it.
 */
typedef struct verigator_enrolment_link verigator_enrolment_link;

/**
 * Everything known about one failure.
 *
 * verigator_last_error and verigator_call_error make it, the verigator_error_* functions read it,
 * verigator_error_free ends it. It does not change, and any thread may read it.
 */
typedef struct verigator_error verigator_error;

/**
 * What calls are submitted to, and what ended calls come out of.
 *
 * verigator_queue_new makes it, verigator_call_submit puts calls in, verigator_queue_next takes ended
 * ones out, verigator_queue_close and verigator_queue_free end it. It has one thread, from the first
 * submit until it is closed. Any thread may use it, several at once.
 *
 * In a child of fork() it begins anew: what was under way ends VERIGATOR_CANCELLED there, and goes on
 * in the parent; descriptor and wake function are the parent's, so ask and set again.
 */
typedef struct verigator_queue verigator_queue;

/**
 * A user's recovery codes, each a token for one verification.
 *
 * verigator_recovery_codes_create makes it; verigator_recovery_codes_count says how many there are, and
 * verigator_recovery_codes_get reads each by its index; verigator_recovery_codes_free ends it, and wipes
 * it. They are shown to their user once, and not logged. It does not change, and any thread may read it.
 */
typedef struct verigator_recovery_codes verigator_recovery_codes;

/**
 * A registered service: what its users log in to.
 *
 * verigator_service_create, verigator_service_get and verigator_service_find make it,
 * verigator_service_free ends it. It does not change, and any thread may read it.
 */
typedef struct verigator_service verigator_service;

/**
 * A page of the services of an account.
 *
 * verigator_service_page makes it; verigator_services_count says how many there are, and
 * verigator_services_id and its kin read each by its index; verigator_services_free ends it. It does not
 * change, and any thread may read it.
 */
typedef struct verigator_services verigator_services;

/**
 * How far the enrolment of a user's authenticator app has come.
 *
 * verigator_totp_get makes it, verigator_totp_state_free ends it. It does not change, and any thread may
 * read it.
 */
typedef struct verigator_totp_state verigator_totp_state;

/**
 * A user of a service.
 *
 * verigator_user_create, verigator_user_get and verigator_user_find make it, verigator_user_free ends it. It does not
 * change, and any thread may read it.
 */
typedef struct verigator_user verigator_user;

/**
 * The users of one service, or a page of them.
 *
 * verigator_user_list and verigator_user_page make it; verigator_users_count says how many there are, and
 * verigator_users_id and its kin read each by its index; verigator_users_free ends it. It does not
 * change, and any thread may read it.
 */
typedef struct verigator_users verigator_users;

/**
 * What the service says of a token.
 *
 * verigator_auth_check and verigator_auth_check_token make it, verigator_verification_verified says yes
 * or no, verigator_verification_free ends it. It does not change, and any thread may read it.
 */
typedef struct verigator_verification verigator_verification;

/**
 * What a call came to: VERIGATOR_OK, the HTTP status that the service answered (positive; one
 * without a constant here comes back as its own number), or what arose on this side (negative).
 * The numbers are permanent.
 */
typedef int32_t verigator_status;

/**
 * A way to prove a login: one of VERIGATOR_METHOD_*.
 */
typedef int32_t verigator_method;

/**
 * How much a log line matters: one of VERIGATOR_LOG_*.
 */
typedef int32_t verigator_log_level;

/**
 * A version of TLS: VERIGATOR_TLS_1_2 or VERIGATOR_TLS_1_3.
 */
typedef int32_t verigator_tls_version;

/**
 * Receives a log line: what verigator_config_set_log was given, the line's level and its text.
 *
 * It runs on the thread that makes the call and may itself call this library. `message` is valid
 * until it returns. It must return: no exception and no longjmp may leave it.
 */
typedef void (VERIGATOR_CALL *verigator_log_callback)(void *user_data,
                                                      verigator_log_level level,
                                                      const char *message);

/**
 * Is told that this library no longer uses a pointer that it was given.
 *
 * It must return: no exception and no longjmp may leave it.
 */
typedef void (VERIGATOR_CALL *verigator_destroy_callback)(void *user_data);

/**
 * What a program does about an error, coarser than its status: one of VERIGATOR_KIND_*.
 */
typedef int32_t verigator_kind;

/**
 * Is called when an ended call waits in a queue; see verigator_queue_set_wake.
 *
 * It must return soon: no exception and no longjmp may leave it.
 */
typedef void (VERIGATOR_CALL *verigator_wake_callback)(void *user_data);



/**
 * A PIN in a text message.
 */
#define VERIGATOR_METHOD_SMS 1

/**
 * A code from an authenticator app (RFC 6238).
 */
#define VERIGATOR_METHOD_TOTP 2

/**
 * One of the user's recovery codes. A verification may have had it; none can be started with it.
 * Since 1.0.
 */
#define VERIGATOR_METHOD_RECOVERY_CODE 3

/**
 * TLS 1.2 (RFC 5246).
 */
#define VERIGATOR_TLS_1_2 12

/**
 * TLS 1.3 (RFC 8446).
 */
#define VERIGATOR_TLS_1_3 13

/**
 * A call failed.
 */
#define VERIGATOR_LOG_ERROR 1

/**
 * Something went wrong that was made good, such as a repeated attempt.
 */
#define VERIGATOR_LOG_WARN 2

/**
 * One line for each call that was answered.
 */
#define VERIGATOR_LOG_INFO 3

/**
 * What happens within a call.
 */
#define VERIGATOR_LOG_DEBUG 4

/**
 * Success. For a verification it means only that the service answered: the answer is the output.
 */
#define VERIGATOR_OK 0

/**
 * What a call was given is malformed or out of its limits, or an argument is NULL that may not be.
 * Nothing was sent.
 */
#define VERIGATOR_INVALID_ARGUMENT -1

/**
 * A handle is NULL, was freed before, or is of another kind. Nothing was sent.
 */
#define VERIGATOR_INVALID_HANDLE -2

/**
 * An option has a value that it cannot have, or the options cannot be used together. Nothing was sent.
 */
#define VERIGATOR_INVALID_CONFIG -3

/**
 * The context, or the queue, was closed before the call. Nothing was sent.
 */
#define VERIGATOR_CLOSED -4

/**
 * The name of the server or proxy could not be resolved. Nothing was sent.
 */
#define VERIGATOR_DNS -10

/**
 * No connection could be made. Nothing was sent.
 */
#define VERIGATOR_CONNECT -11

/**
 * TLS failed: certificate, host name, pinned key, version, or a peer that speaks no TLS.
 */
#define VERIGATOR_TLS -12

/**
 * The connection broke after it was made.
 */
#define VERIGATOR_DISCONNECTED -13

/**
 * The deadline passed.
 */
#define VERIGATOR_TIMEOUT -14

/**
 * The call was cancelled, or its context or queue was closed, before the answer was there.
 */
#define VERIGATOR_CANCELLED -15

/**
 * The proxy failed or refused: it could not be reached, wants other credentials, or did not open
 * the way to the service. Nothing was sent to the service. Since 1.0.
 */
#define VERIGATOR_PROXY -16

/**
 * The reply breaks the contract.
 */
#define VERIGATOR_PROTOCOL -20

/**
 * The reply is larger than the limit.
 */
#define VERIGATOR_TOO_LARGE -21

/**
 * The operating system refused a resource: descriptors, memory, threads or random numbers.
 */
#define VERIGATOR_SYSTEM -30

/**
 * A defect in this library was caught before it reached the program. The context still works.
 */
#define VERIGATOR_PANIC -31

/**
 * The call has not ended, or none has in the time that was given. It is no failure. Since 1.0.
 */
#define VERIGATOR_PENDING -40

/**
 * No call is under way in the queue, and none waits in it. It is no failure. Since 1.0.
 */
#define VERIGATOR_EMPTY -41

/**
 * 400: the request is malformed; treat it as VERIGATOR_INVALID_DATA.
 */
#define VERIGATOR_BAD_REQUEST 400

/**
 * 401: the API username or password is missing or wrong.
 */
#define VERIGATOR_UNAUTHORIZED 401

/**
 * 403: the account may not touch this resource.
 */
#define VERIGATOR_FORBIDDEN 403

/**
 * 404: no such service, user, enrolment or pending verification.
 */
#define VERIGATOR_NOT_FOUND 404

/**
 * 409: it exists already, or an authentication cannot start now.
 */
#define VERIGATOR_CONFLICT 409

/**
 * 422: a value is not acceptable to the service.
 */
#define VERIGATOR_INVALID_DATA 422

/**
 * 429: too many requests; see verigator_error_retry_after_ms.
 */
#define VERIGATOR_TOO_MANY_REQUESTS 429

/**
 * 500: the service failed.
 */
#define VERIGATOR_INTERNAL_SERVER_ERROR 500

/**
 * 501: the server has no such route. It may have answered 404 or 405 (see verigator_error_http_status),
 * on a route that not every server has. Since 1.0.
 */
#define VERIGATOR_NOT_SUPPORTED 501

/**
 * 502: a gateway got no proper answer from the service.
 */
#define VERIGATOR_BAD_GATEWAY 502

/**
 * 503: the service is not available now; see verigator_error_retry_after_ms.
 */
#define VERIGATOR_SERVICE_UNAVAILABLE 503

/**
 * 504: a gateway got no answer in time.
 */
#define VERIGATOR_GATEWAY_TIMEOUT 504

/**
 * The call itself was wrong: mend the program or its configuration.
 */
#define VERIGATOR_KIND_USAGE 1

/**
 * The service was not reached, or the connection broke.
 */
#define VERIGATOR_KIND_NETWORK 2

/**
 * The deadline passed.
 */
#define VERIGATOR_KIND_TIMEOUT 3

/**
 * The call was cancelled, or its context or queue was closed, before the answer was there.
 */
#define VERIGATOR_KIND_CANCELLED 4

/**
 * The reply cannot be believed.
 */
#define VERIGATOR_KIND_PROTOCOL 5

/**
 * The service answered with an error status.
 */
#define VERIGATOR_KIND_SERVICE 6

/**
 * The process ran out of something, or the library has a defect.
 */
#define VERIGATOR_KIND_INTERNAL 7

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Starts an authentication (POST /v1/service/service/{sid}/users/{uid}/auth).
 *
 * The ids are 1 to 1024 bytes. `method` is VERIGATOR_METHOD_TOTP to prefer the authenticator app
 * (a user who has none set up is sent an SMS instead) or VERIGATOR_METHOD_SMS. `*out_method` (may
 * be NULL) is the method that is really used.
 *
 * It is never sent twice, since that would send a second message: after VERIGATOR_TIMEOUT or
 * VERIGATOR_DISCONNECTED see verigator_error_maybe_sent. VERIGATOR_NOT_FOUND: no such service or
 * user; VERIGATOR_CONFLICT: an authentication cannot start now. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_method` is NULL or valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_auth_initiate(const verigator_ctx *ctx,
                                                        const char *service_id,
                                                        const char *user_id,
                                                        verigator_method method,
                                                        verigator_method *out_method);

/**
 * Starts an authentication like verigator_auth_initiate, and keeps all that the service says.
 *
 * `*out_challenge` (may be NULL) is for verigator_auth_check and verigator_challenge_free. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_challenge` is NULL or valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_auth_start(const verigator_ctx *ctx,
                                                     const char *service_id,
                                                     const char *user_id,
                                                     verigator_method method,
                                                     verigator_challenge **out_challenge);

/**
 * Checks a token (PUT /v1/service/service/{sid}/users/{uid}/auth) and writes yes or no.
 *
 * The ids are 1 to 1024 bytes, `token` is 1 to 64 printable ASCII characters: the PIN, the code or the
 * recovery code that the user typed. `*out_verified` (not NULL) is 1 or 0: 1 only when the service said
 * so, and 0 otherwise, whatever the status.
 *
 * VERIGATOR_OK means that the service answered, not that the answer is yes. Any other status is a
 * no. It is never sent twice, since a token is good for one check. VERIGATOR_NOT_FOUND: no such
 * service, user or pending verification. See verigator_auth_check for a token of one
 * authentication only. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_verified` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_auth_verify(const verigator_ctx *ctx,
                                                      const char *service_id,
                                                      const char *user_id,
                                                      const char *token,
                                                      int32_t *out_verified);

/**
 * Checks a token of one authentication (PUT /v1/service/service/{sid}/users/{uid}/auth), and keeps
 * all that the service says.
 *
 * The method and auth_id of `challenge` are sent along, so that a token of another one is not taken.
 * It must be live: VERIGATOR_INVALID_HANDLE for NULL, and nothing is sent. Otherwise as
 * verigator_auth_verify. `*out_verification` (not NULL) is for verigator_verification_free: read
 * the answer with verigator_verification_verified. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_verification` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_auth_check(const verigator_ctx *ctx,
                                                     const char *service_id,
                                                     const char *user_id,
                                                     const verigator_challenge *challenge,
                                                     const char *token,
                                                     verigator_verification **out_verification);

/**
 * Checks a token of any authentication of the user, and keeps all that the service says.
 *
 * It is the weaker check: `token` alone decides. For a program that does not have the challenge that
 * verigator_auth_start gave, nor its parts for verigator_challenge_new. Otherwise as
 * verigator_auth_check. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_verification` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_auth_check_token(const verigator_ctx *ctx,
                                                           const char *service_id,
                                                           const char *user_id,
                                                           const char *token,
                                                           verigator_verification **out_verification);

/**
 * Makes a challenge from its parts, as another process that started it may have stored them.
 *
 * `auth_id` may be NULL. `*out_challenge` is for verigator_challenge_free. Nothing is sent. Since 1.0.
 *
 * The caller promises: `auth_id` is NULL or NUL-terminated; `out_challenge` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_challenge_new(verigator_method method,
                                                        const char *auth_id,
                                                        verigator_challenge **out_challenge);

/**
 * Frees a challenge and its strings. NULL does nothing.
 *
 * VERIGATOR_INVALID_HANDLE for one that was freed before. Any thread. Since 1.0.
 */
VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_challenge_free(verigator_challenge *challenge);

/**
 * Returns the method that is really used; 0 if `challenge` is not a live handle.
 *
 * Since 1.0.
 */
VERIGATOR_API
verigator_method VERIGATOR_CALL verigator_challenge_method(const verigator_challenge *challenge);

/**
 * Returns the id of this authentication, or NULL if the service gave none.
 *
 * The string is the challenge's. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_challenge_auth_id(const verigator_challenge *challenge);

/**
 * Frees a verification and its strings. NULL does nothing.
 *
 * VERIGATOR_INVALID_HANDLE for one that was freed before. Any thread. Since 1.0.
 */
VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_verification_free(verigator_verification *verification);

/**
 * Returns whether the token proves the login: 1 or 0. Only 1 is a yes.
 *
 * 0 also if `verification` is not a live handle. Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
int32_t VERIGATOR_CALL verigator_verification_verified(const verigator_verification *verification);

/**
 * Returns the method that was checked, or 0 if the service does not say.
 *
 * Since 1.0.
 */
VERIGATOR_API
verigator_method VERIGATOR_CALL verigator_verification_method(const verigator_verification *verification);

/**
 * Returns whether there were too many checks, so that the next one has to wait: 1 or 0.
 *
 * Since 1.0.
 */
VERIGATOR_API
int32_t VERIGATOR_CALL verigator_verification_throttled(const verigator_verification *verification);

/**
 * Returns whether the token was too old: 1 or 0.
 *
 * Since 1.0.
 */
VERIGATOR_API
int32_t VERIGATOR_CALL verigator_verification_expired(const verigator_verification *verification);

/**
 * Returns whether the token was wrong: 1 or 0.
 *
 * Since 1.0.
 */
VERIGATOR_API
int32_t VERIGATOR_CALL verigator_verification_invalid(const verigator_verification *verification);

/**
 * Returns the service's word for the outcome, such as "INVALID", or NULL if it gave none.
 *
 * The string is the verification's. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_verification_result(const verigator_verification *verification);

/**
 * Makes a call that creates a service: as verigator_service_create.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; its answer is for verigator_call_service. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_service_create(const verigator_ctx *ctx,
                                                              const char *fqdn,
                                                              const char *name,
                                                              verigator_call **out_call);

/**
 * Makes a call that reads a service: as verigator_service_get.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; its answer is for verigator_call_service. Since 1.0.
 *
 * The caller promises: The string is NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_service_get(const verigator_ctx *ctx,
                                                           const char *service_id,
                                                           verigator_call **out_call);

/**
 * Makes a call that finds a service by its host name: as verigator_service_find.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; its answer is for verigator_call_service. Since 1.0.
 *
 * The caller promises: The string is NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_service_find(const verigator_ctx *ctx,
                                                            const char *fqdn,
                                                            verigator_call **out_call);

/**
 * Makes a call that lists the services of the account by the page: as verigator_service_page.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; its answer is for verigator_call_services. Since 1.0.
 *
 * The caller promises: `cursor` is NULL or NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_service_page(const verigator_ctx *ctx,
                                                            int64_t limit,
                                                            const char *cursor,
                                                            verigator_call **out_call);

/**
 * Makes a call that deletes a service and its users: as verigator_service_delete.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; it has no answer but its status. Since 1.0.
 *
 * The caller promises: The string is NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_service_delete(const verigator_ctx *ctx,
                                                              const char *service_id,
                                                              verigator_call **out_call);

/**
 * Makes a call that registers a user: as verigator_user_create.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; its answer is for verigator_call_user. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_user_create(const verigator_ctx *ctx,
                                                           const char *service_id,
                                                           const char *phone_number,
                                                           const char *id_in_service,
                                                           verigator_call **out_call);

/**
 * Makes a call that reads a user: as verigator_user_get.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; its answer is for verigator_call_user. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_user_get(const verigator_ctx *ctx,
                                                        const char *service_id,
                                                        const char *user_id,
                                                        verigator_call **out_call);

/**
 * Makes a call that finds a user by what the service calls it: as verigator_user_find.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; its answer is for verigator_call_user. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_user_find(const verigator_ctx *ctx,
                                                         const char *service_id,
                                                         const char *id_in_service,
                                                         verigator_call **out_call);

/**
 * Makes a call that lists the users of a service: as verigator_user_list.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; its answer is for verigator_call_users. Since 1.0.
 *
 * The caller promises: The string is NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_user_list(const verigator_ctx *ctx,
                                                         const char *service_id,
                                                         verigator_call **out_call);

/**
 * Makes a call that lists the users of a service by the page: as verigator_user_page.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; its answer is for verigator_call_users. Since 1.0.
 *
 * The caller promises: `service_id` is NUL-terminated, `cursor` is NULL or NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_user_page(const verigator_ctx *ctx,
                                                         const char *service_id,
                                                         int64_t limit,
                                                         const char *cursor,
                                                         verigator_call **out_call);

/**
 * Makes a call that lets a locked user log in again: as verigator_user_unlock.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; it has no answer but its status. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_user_unlock(const verigator_ctx *ctx,
                                                           const char *service_id,
                                                           const char *user_id,
                                                           verigator_call **out_call);

/**
 * Makes a call that deletes a user: as verigator_user_delete.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; it has no answer but its status. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_user_delete(const verigator_ctx *ctx,
                                                           const char *service_id,
                                                           const char *user_id,
                                                           verigator_call **out_call);

/**
 * Makes a call that starts an authentication: as verigator_auth_start.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; its answer is for verigator_call_challenge. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_auth_start(const verigator_ctx *ctx,
                                                          const char *service_id,
                                                          const char *user_id,
                                                          verigator_method method,
                                                          verigator_call **out_call);

/**
 * Makes a call that checks a token of one authentication: as verigator_auth_check.
 *
 * What is wrong with an argument is said here, and nothing is sent yet; `challenge` must be live, and
 * may be freed afterwards. `*out_call` is for verigator_call_free; its answer is for
 * verigator_call_verification. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_auth_check(const verigator_ctx *ctx,
                                                          const char *service_id,
                                                          const char *user_id,
                                                          const verigator_challenge *challenge,
                                                          const char *token,
                                                          verigator_call **out_call);

/**
 * Makes a call that checks a token of any authentication of the user: as verigator_auth_check_token.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; its answer is for verigator_call_verification. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_auth_check_token(const verigator_ctx *ctx,
                                                                const char *service_id,
                                                                const char *user_id,
                                                                const char *token,
                                                                verigator_call **out_call);

/**
 * Makes a call that begins the enrolment of an authenticator app: as verigator_totp_begin.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; its answer is for verigator_call_enrolment. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_totp_begin(const verigator_ctx *ctx,
                                                          const char *service_id,
                                                          const char *user_id,
                                                          verigator_call **out_call);

/**
 * Makes a call that makes a link by which the user sets an app up: as verigator_totp_link_create.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; its answer is for verigator_call_enrolment_link. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_totp_link_create(const verigator_ctx *ctx,
                                                                const char *service_id,
                                                                const char *user_id,
                                                                int64_t lifetime_seconds,
                                                                verigator_call **out_call);

/**
 * Makes a call that confirms an enrolment by a token: as verigator_totp_confirm.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; it has no answer but its status. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_totp_confirm(const verigator_ctx *ctx,
                                                            const char *service_id,
                                                            const char *user_id,
                                                            const char *token,
                                                            verigator_call **out_call);

/**
 * Makes a call that reads how far an enrolment has come: as verigator_totp_get.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; its answer is for verigator_call_totp_state. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_totp_get(const verigator_ctx *ctx,
                                                        const char *service_id,
                                                        const char *user_id,
                                                        verigator_call **out_call);

/**
 * Makes a call that removes an enrolment: as verigator_totp_delete.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; it has no answer but its status. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_totp_delete(const verigator_ctx *ctx,
                                                           const char *service_id,
                                                           const char *user_id,
                                                           verigator_call **out_call);

/**
 * Makes a call that makes recovery codes: as verigator_recovery_codes_create.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; its answer is for verigator_call_recovery_codes. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_recovery_codes_create(const verigator_ctx *ctx,
                                                                     const char *service_id,
                                                                     const char *user_id,
                                                                     verigator_call **out_call);

/**
 * Makes a call that says how many recovery codes are left: as verigator_recovery_codes_remaining.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; its answer is for verigator_call_remaining. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_recovery_codes_remaining(const verigator_ctx *ctx,
                                                                        const char *service_id,
                                                                        const char *user_id,
                                                                        verigator_call **out_call);

/**
 * Makes a call that removes recovery codes: as verigator_recovery_codes_delete.
 *
 * What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
 * verigator_call_free; it has no answer but its status. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_recovery_codes_delete(const verigator_ctx *ctx,
                                                                     const char *service_id,
                                                                     const char *user_id,
                                                                     verigator_call **out_call);

/**
 * Sets how long the whole of the call may take, in milliseconds; 1 to 3600000. Default: its context's.
 *
 * In a queue the time begins when it is submitted. VERIGATOR_INVALID_ARGUMENT once it was run or
 * submitted. Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_set_timeout_ms(verigator_call *call,
                                                              int64_t timeout_ms);

/**
 * Makes the call on this thread, and returns when it has ended: its status.
 *
 * Another thread may end it with verigator_call_cancel. VERIGATOR_INVALID_ARGUMENT if it was run or
 * submitted before: a call is made once. Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_run(verigator_call *call);

/**
 * Makes the call on this thread for a tenth of a second at most: VERIGATOR_PENDING if it has not ended
 * by then, or when the handler of a signal ran on this thread; otherwise its status.
 *
 * Call it again to go on: until then nothing of the call happens but its deadline, and
 * verigator_call_cancel. It is verigator_call_run for languages that have to see to their own signals
 * and interrupts. VERIGATOR_INVALID_ARGUMENT if the call was run or submitted before, or another thread
 * is at a step of it. Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_step(verigator_call *call);

/**
 * Hands the call to `queue`, whose thread makes it; verigator_queue_next gives it back once it ended.
 *
 * It never blocks. `tag` is for the caller alone, who reads it with verigator_call_tag. The call must
 * be of the queue's context. VERIGATOR_CLOSED: the queue was closed; VERIGATOR_SYSTEM: there is no
 * thread or descriptor for the queue; VERIGATOR_INVALID_ARGUMENT: it was run or submitted before. When
 * it is refused, nothing comes out of the queue for it. Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_submit(verigator_call *call,
                                                      verigator_queue *queue,
                                                      uint64_t tag);

/**
 * Ends the call as soon as may be, with VERIGATOR_CANCELLED. One that has ended stays as it is.
 *
 * It still ends once: verigator_call_run returns, or verigator_queue_next gives it. An answer that
 * comes at the same moment is kept, and verigator_error_maybe_sent tells whether the request may have
 * arrived. Any thread, at any time; not from a signal handler. Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_cancel(verigator_call *call);

/**
 * Returns what the call came to: VERIGATOR_PENDING until it has ended.
 *
 * VERIGATOR_INVALID_HANDLE if `call` is not a live handle. The last error stays as it was. Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_status(const verigator_call *call);

/**
 * Returns why the call failed, or NULL if it did not, or has not ended.
 *
 * It is a new handle each time, for verigator_error_free, and has nothing to do with the thread's last
 * error. NULL also when there is no room for another handle. Since 1.0.
 */
VERIGATOR_API
verigator_error *VERIGATOR_CALL verigator_call_error(const verigator_call *call);

/**
 * Returns the tag that the call was submitted with, or 0.
 *
 * Since 1.0.
 */
VERIGATOR_API uint64_t VERIGATOR_CALL verigator_call_tag(const verigator_call *call);

/**
 * Returns a log line of the call, the first of which has the index 0, or NULL behind the last one.
 *
 * There are lines when verigator_config_set_call_log was called, and more may come until the call has
 * ended. The string is valid until the call is freed. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_call_log_message(const verigator_call *call,
                                                      size_t index);

/**
 * Returns how much that log line matters, one of VERIGATOR_LOG_*, or 0 behind the last one.
 *
 * Since 1.0.
 */
VERIGATOR_API
verigator_log_level VERIGATOR_CALL verigator_call_log_level(const verigator_call *call,
                                                            size_t index);

/**
 * Returns the service that the call was answered with, or NULL.
 *
 * It is handed over once, for verigator_service_free: later calls return NULL, as for a call that
 * failed, has not ended, or has another kind of answer. Since 1.0.
 */
VERIGATOR_API
verigator_service *VERIGATOR_CALL verigator_call_service(verigator_call *call);

/**
 * Returns the page of services that the call was answered with, or NULL.
 *
 * It is handed over once, for verigator_services_free: later calls return NULL, as for a call that
 * failed, has not ended, or has another kind of answer. Since 1.0.
 */
VERIGATOR_API
verigator_services *VERIGATOR_CALL verigator_call_services(verigator_call *call);

/**
 * Returns the user that the call was answered with, or NULL.
 *
 * It is handed over once, for verigator_user_free: later calls return NULL, as for a call that
 * failed, has not ended, or has another kind of answer. Since 1.0.
 */
VERIGATOR_API
verigator_user *VERIGATOR_CALL verigator_call_user(verigator_call *call);

/**
 * Returns the list of users that the call was answered with, or NULL.
 *
 * It is handed over once, for verigator_users_free: later calls return NULL, as for a call that
 * failed, has not ended, or has another kind of answer. Since 1.0.
 */
VERIGATOR_API
verigator_users *VERIGATOR_CALL verigator_call_users(verigator_call *call);

/**
 * Returns the started authentication that the call was answered with, or NULL.
 *
 * It is handed over once, for verigator_challenge_free: later calls return NULL, as for a call that
 * failed, has not ended, or has another kind of answer. Since 1.0.
 */
VERIGATOR_API
verigator_challenge *VERIGATOR_CALL verigator_call_challenge(verigator_call *call);

/**
 * Returns what the service said of the token, or NULL.
 *
 * It is handed over once, for verigator_verification_free: later calls return NULL, as for a call that
 * failed, has not ended, or has another kind of answer. NULL is no yes. Since 1.0.
 */
VERIGATOR_API
verigator_verification *VERIGATOR_CALL verigator_call_verification(verigator_call *call);

/**
 * Returns the enrolment that the call was answered with, or NULL.
 *
 * It is handed over once, for verigator_enrolment_free: later calls return NULL, as for a call that
 * failed, has not ended, or has another kind of answer. Since 1.0.
 */
VERIGATOR_API
verigator_enrolment *VERIGATOR_CALL verigator_call_enrolment(verigator_call *call);

/**
 * Returns the link that the call was answered with, or NULL.
 *
 * It is handed over once, for verigator_enrolment_link_free: later calls return NULL, as for a call that
 * failed, has not ended, or has another kind of answer. Since 1.0.
 */
VERIGATOR_API
verigator_enrolment_link *VERIGATOR_CALL verigator_call_enrolment_link(verigator_call *call);

/**
 * Returns the state of an enrolment that the call was answered with, or NULL.
 *
 * It is handed over once, for verigator_totp_state_free: later calls return NULL, as for a call that
 * failed, has not ended, or has another kind of answer. Since 1.0.
 */
VERIGATOR_API
verigator_totp_state *VERIGATOR_CALL verigator_call_totp_state(verigator_call *call);

/**
 * Returns the recovery codes that the call was answered with, or NULL.
 *
 * It is handed over once, for verigator_recovery_codes_free: later calls return NULL, as for a call that
 * failed, has not ended, or has another kind of answer. Since 1.0.
 */
VERIGATOR_API
verigator_recovery_codes *VERIGATOR_CALL verigator_call_recovery_codes(verigator_call *call);

/**
 * Returns how many recovery codes are left, as the call was answered, or -1.
 *
 * It is handed over once: later calls return -1, as for a call that failed, has not ended, or has another
 * kind of answer. Since 1.0.
 */
VERIGATOR_API
int64_t VERIGATOR_CALL verigator_call_remaining(verigator_call *call);

/**
 * Frees a call, its answer and its error. NULL does nothing.
 *
 * One that is under way is cancelled, and does not come out of its queue any more; nothing is waited
 * for. VERIGATOR_INVALID_HANDLE for one that was freed before. Any thread. Since 1.0.
 */
VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_call_free(verigator_call *call);

/**
 * Makes a configuration with the API credentials and the defaults named at each setter.
 *
 * They travel as "username:password" in X-Service-Auth: so both are 1 to 1024 bytes of printable
 * ASCII without a blank at either end, and the username has no colon. `*out_config` is for
 * verigator_config_free. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_config` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_new(const char *username,
                                                     const char *password,
                                                     verigator_config **out_config);

/**
 * Makes a configuration from the environment; nothing else in this library reads it.
 *
 * VERIGATOR_USERNAME and VERIGATOR_PASSWORD must be set; VERIGATOR_BASE_URL, HTTPS_PROXY (for
 * https), http_proxy (for http, in lower case only), ALL_PROXY and NO_PROXY may be. Do not use it in
 * a program that runs with more rights than its caller. VERIGATOR_INVALID_CONFIG: the last error
 * names the variable. `*out_config` is for verigator_config_free.
 *
 * A proxy is a URL as in verigator_config_set_proxy, with its credentials in it, or only "host:port"
 * for one of HTTP. verigator_ctx_new judges it, and only the one that the base URL needs.
 *
 * NO_PROXY lists what is reached directly, with commas or blanks between: "example" (or ".example" or
 * "*.example") is that name and all below it, "192.0.2.7" and "2001:db8::/32" are addresses, in
 * brackets or not, "*" is everything; "example:8080" holds for that port only. What is malformed
 * holds for nothing. Since 1.0.
 *
 * The caller promises: `out_config` is valid for writing; no other thread changes the environment meanwhile.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_from_env(verigator_config **out_config);

/**
 * Frees a configuration and wipes its secrets. NULL does nothing.
 *
 * Contexts made from it go on. VERIGATOR_INVALID_HANDLE for one that was freed before. Since 1.0.
 */
VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_free(verigator_config *config);

/**
 * Sets where the service is. Default: "https://api.verigator.com".
 *
 * An https or http URL of at most 2048 bytes, without credentials, query or fragment; a path is put
 * before the contract's own, which begins with "/v1". http is for a loopback address or localhost only, see
 * verigator_config_set_allow_plain_http. Since 1.0.
 *
 * The caller promises: The string is NUL-terminated.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_base_url(verigator_config *config,
                                                              const char *base_url);

/**
 * Allows http to an address that is not loopback, or by a proxy that is not: 1 or 0. Default: 0.
 *
 * Whoever can touch the traffic can then read the credentials and answer "verified". Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_allow_plain_http(verigator_config *config,
                                                                      int32_t allow);

/**
 * Connects to an IP address instead of looking up the name in the base URL. Default: none.
 *
 * `address` is such as "192.0.2.7" or "2001:db8::7". The name still goes into Host and is what the
 * certificate must match. For a program that resolves names itself or must not have a thread
 * started for a lookup. verigator_ctx_new refuses it beside a base URL that holds another IP
 * address, and beside a proxy that looks the name up itself, which all but "socks5" do. Since 1.0.
 *
 * The caller promises: The string is NUL-terminated.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_address(verigator_config *config,
                                                             const char *address);

/**
 * Sets how long a connection may take to be made: name, TCP and TLS. Default: 5000.
 *
 * In milliseconds, 1 to 3600000. Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_connect_timeout_ms(verigator_config *config,
                                                                        int64_t timeout_ms);

/**
 * Sets the deadline of a whole call, with its retries and its waiting. Default: 30000.
 *
 * In milliseconds, 1 to 3600000. Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_timeout_ms(verigator_config *config,
                                                                int64_t timeout_ms);

/**
 * Sets how often a call that can safely be repeated is repeated. Default: 2.
 *
 * 0 to 10. Repeated is a request of which no byte was sent, and a get, list or delete that met a
 * broken connection, 429, 502, 503 or 504. A start or a verify that may have arrived never is, nor
 * is what took too long. A kept connection that breaks on its next use is replaced at once, which is not counted.
 * Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_max_retries(verigator_config *config,
                                                                 int64_t retries);

/**
 * Sets the longest wait between two attempts. Default: 2000.
 *
 * In milliseconds, 1 to 3600000. A longer Retry-After is not waited for: the call ends with the
 * service's status. Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_max_retry_wait_ms(verigator_config *config,
                                                                       int64_t wait_ms);

/**
 * Sends all requests through a proxy. Default: none.
 *
 * `url` is "http://host:port" or "https://host:port" for a proxy of HTTP, "socks5h://host:port" or
 * "socks5://host:port" for one of SOCKS 5 (RFC 1928); without a port it is 80, 443 or 1080. The proxy
 * looks the name in the base URL up; only for "socks5" it is looked up here, and the proxy told its
 * address. An https base URL is reached by CONNECT or SOCKS, so that no proxy sees any of it.
 *
 * `username` and `password` are for Basic authentication (RFC 7617) or that of SOCKS (RFC 1929), or
 * both NULL. Only an https proxy gets them by TLS. A SOCKS proxy that is given them must ask for them,
 * and they and the host of the base URL are at most 234 bytes together. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated or, but for `url`, NULL.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_proxy(verigator_config *config,
                                                           const char *url,
                                                           const char *username,
                                                           const char *password);

/**
 * Uses no proxy, whatever was set before or is in the environment. Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_unset_proxy(verigator_config *config);

/**
 * Trusts the certificate authorities in a PEM file, which is read now, and no others.
 *
 * Default: those of the operating system. The path is in the system's own bytes, on Windows in
 * UTF-8. Since 1.0.
 *
 * The caller promises: The string is NUL-terminated.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_ca_file(verigator_config *config,
                                                             const char *path);

/**
 * Trusts the certificate authorities in `length` bytes of PEM, and no others.
 *
 * Default: those of the operating system. Since 1.0.
 *
 * The caller promises: `pem` points to `length` bytes.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_ca_pem(verigator_config *config,
                                                            const char *pem,
                                                            size_t length);

/**
 * Presents a client certificate from PEM files, which are read now. Default: none.
 *
 * The chain has the client's own certificate first; the key is not encrypted. Paths as in
 * verigator_config_set_ca_file. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_client_certificate_file(verigator_config *config,
                                                                             const char *chain_path,
                                                                             const char *key_path);

/**
 * Presents a client certificate from PEM in memory. Default: none.
 *
 * As verigator_config_set_client_certificate_file, with lengths in bytes. Since 1.0.
 *
 * The caller promises: `chain` points to `chain_length` bytes and `key` to `key_length`.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_client_certificate_pem(verigator_config *config,
                                                                            const char *chain,
                                                                            size_t chain_length,
                                                                            const char *key,
                                                                            size_t key_length);

/**
 * Accepts only a server whose public key is pinned; call again for a second key. Default: any.
 *
 * `pin` is "sha256//" and the base64 of the SHA-256 of the key's SubjectPublicKeyInfo (the form of
 * curl's --pinnedpubkey). The certificate must be valid as well. Since 1.0.
 *
 * The caller promises: The string is NUL-terminated.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_add_pinned_key(verigator_config *config,
                                                                const char *pin);

/**
 * Sets the oldest TLS version spoken. Default: VERIGATOR_TLS_1_2.
 *
 * Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_min_tls_version(verigator_config *config,
                                                                     verigator_tls_version version);

/**
 * Sets what stands in the place of the library's own product in the User-Agent, as a binding does to
 * name itself. Default: "libverigator/" and the version.
 *
 * One product or more, 1 to 1024 bytes of printable ASCII. Since 1.0.
 *
 * The caller promises: The string is NUL-terminated.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_user_agent(verigator_config *config,
                                                                const char *products);

/**
 * Puts a product of yours into the User-Agent before the library's or the binding's, such as
 * "my-library/1.0". Default: none.
 *
 * 1 to 1024 bytes of printable ASCII. Since 1.0.
 *
 * The caller promises: The string is NUL-terminated.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_user_agent_prefix(verigator_config *config,
                                                                       const char *prefix);

/**
 * Adds a product of yours to the User-Agent after the library's or the binding's, such as "my-vpn/2.1".
 * Default: none.
 *
 * 1 to 1024 bytes of printable ASCII. Since 1.0.
 *
 * The caller promises: The string is NUL-terminated.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_user_agent_suffix(verigator_config *config,
                                                                       const char *suffix);

/**
 * Sets how many idle connections are kept for later calls. Default: 16.
 *
 * 0 to 1024. It does not limit how many calls run at once. Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_max_idle_connections(verigator_config *config,
                                                                          int64_t most);

/**
 * Sets how many connections a queue makes at most, and so how many of its calls run at once. Default:
 * 256.
 *
 * 1 to 65536. The others wait in order, their deadlines running. It does not limit calls that block. Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_max_connections(verigator_config *config,
                                                                     int64_t most);

/**
 * Sets how long an idle connection may be used again. Default: 30000.
 *
 * In milliseconds, 1 to 3600000. Keep it below the idle timeout of the server and of what stands
 * before it. Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_idle_timeout_ms(verigator_config *config,
                                                                     int64_t timeout_ms);

/**
 * Sets the most bytes read of a reply's body. Default: 1048576.
 *
 * 1 to 67108864. A larger reply is VERIGATOR_TOO_LARGE. Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_max_response_bytes(verigator_config *config,
                                                                        int64_t most);

/**
 * Hands log lines to `callback`: those of `level` and those that matter more. Default: none.
 *
 * `user_data` is handed on as it is; it must be usable from every thread that makes calls. `destroy`
 * (may be NULL) is called with it once, after the last line: by whatever ends the last of the
 * configurations and contexts that have it, on that thread, and not when this is refused. No line
 * holds a password, a token or a body. A NULL `callback` is VERIGATOR_INVALID_ARGUMENT. Since 1.0.
 *
 * The caller promises: `callback` and `destroy` are functions of their types, and `user_data` as described.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_log(verigator_config *config,
                                                         verigator_log_level level,
                                                         verigator_log_callback callback,
                                                         void *user_data,
                                                         verigator_destroy_callback destroy);

/**
 * Has each call keep its log lines, those of `level` and those that matter more, for
 * verigator_call_log_message. Default: none.
 *
 * For programs in which a callback is no good, since it may come on any thread. The functions that block
 * without a call keep none. It takes the place of verigator_config_set_log, and the other way round.
 * Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_config_set_call_log(verigator_config *config,
                                                              verigator_log_level level);

/**
 * Makes a context with the options in `config`. Nothing is sent and nothing is looked up yet.
 *
 * `config` is copied; it may be changed, used again or freed. Any number of threads may make contexts
 * with it at once. `*out_ctx` is for verigator_ctx_free. VERIGATOR_INVALID_CONFIG: the options cannot
 * be used together, such as plain http to an address that is not loopback. The status of a setter that
 * refused: its option was not set well since, and the last error names it. Since 1.0.
 *
 * The caller promises: `out_ctx` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_ctx_new(const verigator_config *config,
                                                  verigator_ctx **out_ctx);

/**
 * Ends the calls that wait on `ctx` and refuses later ones. Cannot be undone.
 *
 * Waiting calls return VERIGATOR_CANCELLED at once (a start or verify among them may have
 * arrived), later ones VERIGATOR_CLOSED. The handle stays and is still for verigator_ctx_free. Any
 * thread; not from a signal handler. It concerns only the calling process. Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_ctx_close(const verigator_ctx *ctx);

/**
 * Closes the connections that no call uses now. Later calls make new ones.
 *
 * For a program that is idle for long: those older than verigator_config_set_idle_timeout_ms are
 * closed only when the next call takes or leaves one. Any thread. It concerns only the calling
 * process. Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_ctx_close_idle(const verigator_ctx *ctx);

/**
 * Frees a context. NULL does nothing.
 *
 * Calls that are under way in other threads are not disturbed; what they need is freed by the last
 * of them (see verigator_ctx_close to end them). VERIGATOR_INVALID_HANDLE for one that was freed
 * before. Any thread. Since 1.0.
 */
VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_ctx_free(verigator_ctx *ctx);

/**
 * Returns the calling thread's last failure, or NULL if none of its calls has failed since
 * verigator_clear_error.
 *
 * It is a new handle each time, for verigator_error_free; the failure it shows does not change
 * when later calls fail. A success does not clear the last failure, so ask only after a call
 * returned something else than VERIGATOR_OK. NULL also while the thread is ending, and when there is
 * no room for another handle; the functions that read an error take it. Since 1.0.
 */
VERIGATOR_API
verigator_error *VERIGATOR_CALL verigator_last_error(void);

/**
 * Forgets the calling thread's last failure, and wipes what the service said in it.
 *
 * It is forgotten anyway when the thread ends. For a thread that lives long and has read what it
 * wanted; handles that show the failure go on. Since 1.0.
 */
VERIGATOR_API
void VERIGATOR_CALL verigator_clear_error(void);

/**
 * Frees an error and its strings. NULL does nothing.
 *
 * Returns VERIGATOR_INVALID_HANDLE for one that was freed before. Any thread. Since 1.0.
 */
VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_error_free(verigator_error *error);

/**
 * Returns the status that the failed call returned, or 0 if `error` is not a live handle.
 *
 * Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_error_status(const verigator_error *error);

/**
 * Returns the kind of failure, one of VERIGATOR_KIND_*, or 0 if `error` is not a live handle.
 *
 * Since 1.0.
 */
VERIGATOR_API
verigator_kind VERIGATOR_CALL verigator_error_kind(const verigator_error *error);

/**
 * Returns the HTTP status that made the call fail, or 0 if it failed otherwise.
 *
 * Since 1.0.
 */
VERIGATOR_API int32_t VERIGATOR_CALL verigator_error_http_status(const verigator_error *error);

/**
 * Returns one line for a person: what was wrong, with which value, and what to do.
 *
 * It is safe to print: control and bidirectional characters from the network are replaced, and it
 * holds no password and no token. Never NULL, but empty if `error` is not a live handle. The
 * string is the error's. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_error_message(const verigator_error *error);

/**
 * Returns the `message` of the service's reply exactly as it came, or NULL if there is none.
 *
 * Of a longer one the first 65536 bytes are kept, whole characters. Do not print it unescaped: it is
 * the network's, and may repeat what was sent. It ends at its first U+0000. The string is the
 * error's. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_error_service_message(const verigator_error *error);

/**
 * Returns the body of the reply exactly as it came, or NULL if none was read.
 *
 * Of a longer one the first 65536 bytes are kept. Writes the length in bytes to `out_length` (may be
 * NULL), 0 if there is none; the body is not NUL-terminated. It may repeat what was sent, a password
 * or a token: treat it as a secret. The bytes are the error's. Since 1.0.
 *
 * The caller promises: `out_length` is NULL or valid for writing.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_error_body(const verigator_error *error,
                                                size_t *out_length);

/**
 * Returns the reply's X-Request-Id, for the operator of the service, or NULL if there is none.
 *
 * The string is the error's. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_error_request_id(const verigator_error *error);

/**
 * Returns how many milliseconds the service asked to wait (Retry-After), or -1 if it did not.
 *
 * Since 1.0.
 */
VERIGATOR_API
int64_t VERIGATOR_CALL verigator_error_retry_after_ms(const verigator_error *error);

/**
 * Returns whether bytes of the request may have reached the service: 1 or 0.
 *
 * 1 also if `error` is not a live handle: nothing is known then. Since 1.0.
 */
VERIGATOR_API int32_t VERIGATOR_CALL verigator_error_maybe_sent(const verigator_error *error);

/**
 * Returns whether making the same call again can do no harm, such as a second message: 1 or 0.
 *
 * It says nothing of whether the call would succeed. 0 also if `error` is not a live handle.
 * Since 1.0.
 */
VERIGATOR_API
int32_t VERIGATOR_CALL verigator_error_retry_safe(const verigator_error *error);

/**
 * Makes a queue for calls of `ctx`. Nothing is started yet.
 *
 * It keeps what it needs of the context, which may be freed before. `*out_queue` is for
 * verigator_queue_free. Since 1.0.
 *
 * The caller promises: `out_queue` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_queue_new(const verigator_ctx *ctx,
                                                    verigator_queue **out_queue);

/**
 * Takes the call that ended first out of the queue, or waits for one: at most `timeout_ms`, 0 not at
 * all, -1 for as long as a call is under way.
 *
 * VERIGATOR_OK means that `*out_call` (not NULL) is a call that has ended: the handle that was
 * submitted, for verigator_call_status and verigator_call_free. Otherwise it is NULL, and no failure
 * is remembered for VERIGATOR_PENDING (none has ended in that time), VERIGATOR_EMPTY (none is under
 * way either) and VERIGATOR_CLOSED (the queue was closed, and nothing is left). With -1 it does not
 * wait when none is under way. Since 1.0.
 *
 * The caller promises: `out_call` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_queue_next(verigator_queue *queue,
                                                     int64_t timeout_ms,
                                                     verigator_call **out_call);

/**
 * Writes a descriptor that can be read exactly as long as an ended call waits: for poll, epoll,
 * kqueue and the loops over them.
 *
 * It is borrowed: nobody reads, writes or closes it but the queue, whose loop forgets it before
 * verigator_queue_close. It stays open until the queue is freed, and the same, but in a child of
 * fork(). It is a state: as long as it is readable, verigator_queue_next gives a call; only one
 * that was taken the moment it ended may leave it so until the next look. `*out_fd` (not NULL) is -1 on
 * failure; on Windows it is a socket. Since 1.0.
 *
 * The caller promises: `out_fd` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_queue_fd(verigator_queue *queue,
                                                   int32_t *out_fd);

/**
 * Has `wake` (may be NULL for none, as at first) called when the first ended call waits in the queue.
 *
 * For loops that are woken by a function (uv_async_send). It runs on the queue's thread, carries
 * nothing but `user_data`, and may stand for several calls: take them out until none is left. If some
 * wait already, it is called for them; in a child of fork() which has submitted nothing, before this
 * returns. It may call any function of the queue. Once this returns, the one before runs no more; nor does one after
 * verigator_queue_close. `destroy` (may be NULL) is called with `user_data` once nothing uses it any
 * more, and not when this is refused. Since 1.0.
 *
 * The caller promises: `wake` and `destroy` are functions of their types, and `user_data` may be used on every thread.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_queue_set_wake(verigator_queue *queue,
                                                         verigator_wake_callback wake,
                                                         void *user_data,
                                                         verigator_destroy_callback destroy);

/**
 * Cancels the calls that are under way, and refuses later ones. Cannot be undone.
 *
 * What has ended, and those that this ends, can still be taken out; then verigator_queue_next returns
 * VERIGATOR_CLOSED. Nothing is waited for. Any thread, also from within the wake function; not from a
 * signal handler. Since 1.0.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_queue_close(verigator_queue *queue);

/**
 * Closes a queue and frees it. NULL does nothing.
 *
 * Threads that wait in verigator_queue_next return VERIGATOR_CLOSED. Calls that were not taken out are
 * cancelled; their handles are still for verigator_call_free. Nothing is waited for.
 * VERIGATOR_INVALID_HANDLE for one that was freed before. Any thread. Since 1.0.
 */
VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_queue_free(verigator_queue *queue);

/**
 * Makes recovery codes for a user (POST /v1/service/service/{sid}/users/{uid}/recovery_codes).
 *
 * The ids are 1 to 1024 bytes. `*out_codes` (may be NULL) is for verigator_recovery_codes_free. Each code is
 * a token for one verigator_auth_check or verigator_auth_verify, whatever method was started. Those made
 * before are good for nothing any more, so it is never sent twice.
 *
 * verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED).
 * VERIGATOR_NOT_FOUND: no such service or user. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_codes` is NULL or valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_recovery_codes_create(const verigator_ctx *ctx,
                                                                const char *service_id,
                                                                const char *user_id,
                                                                verigator_recovery_codes **out_codes);

/**
 * Says how many recovery codes of a user are left (GET /v1/service/service/{sid}/users/{uid}/recovery_codes).
 *
 * The ids are 1 to 1024 bytes. `*out_remaining` (not NULL) is 0 whenever the status is not VERIGATOR_OK.
 *
 * verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED).
 * VERIGATOR_NOT_FOUND: no such service or user. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_remaining` is valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_recovery_codes_remaining(const verigator_ctx *ctx,
                                                                   const char *service_id,
                                                                   const char *user_id,
                                                                   int64_t *out_remaining);

/**
 * Removes the recovery codes of a user (DELETE /v1/service/service/{sid}/users/{uid}/recovery_codes).
 *
 * The ids are 1 to 1024 bytes. VERIGATOR_NOT_FOUND also when a first attempt, whose answer was lost,
 * removed them.
 *
 * verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED). Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_recovery_codes_delete(const verigator_ctx *ctx,
                                                                const char *service_id,
                                                                const char *user_id);

/**
 * Frees a list of recovery codes and wipes its strings. NULL does nothing.
 *
 * VERIGATOR_INVALID_HANDLE for one that was freed before. The codes stay good: see
 * verigator_recovery_codes_delete. Any thread. Since 1.0.
 */
VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_recovery_codes_free(verigator_recovery_codes *codes);

/**
 * Returns how many codes are in the list; 0 if `codes` is not a live handle.
 *
 * Since 1.0.
 */
VERIGATOR_API
size_t VERIGATOR_CALL verigator_recovery_codes_count(const verigator_recovery_codes *codes);

/**
 * Returns the code at `index`, counted from 0; NULL if there is none.
 *
 * The string is the list's, and a secret. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_recovery_codes_get(const verigator_recovery_codes *codes,
                                                        size_t index);

/**
 * Creates a service (POST /v1/service/service).
 *
 * `fqdn` is its host name and `name` what users see, each at most 4096 bytes. `*out_service` (may
 * be NULL) is for verigator_service_free. VERIGATOR_CONFLICT: it exists already;
 * VERIGATOR_INVALID_DATA: a value is not acceptable. Not repeated if it may have arrived. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_service` is NULL or valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_service_create(const verigator_ctx *ctx,
                                                         const char *fqdn,
                                                         const char *name,
                                                         verigator_service **out_service);

/**
 * Reads a service (GET /v1/service/service/{sid}).
 *
 * `service_id` is 1 to 1024 bytes. `*out_service` (may be NULL) is for verigator_service_free.
 * VERIGATOR_NOT_FOUND, VERIGATOR_FORBIDDEN: no such service, or another account's. Since 1.0.
 *
 * The caller promises: The string is NUL-terminated; `out_service` is NULL or valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_service_get(const verigator_ctx *ctx,
                                                      const char *service_id,
                                                      verigator_service **out_service);

/**
 * Finds a service of the account by its host name (GET /v1/service/service?fqdn={fqdn}).
 *
 * `fqdn` is 1 to 4096 bytes, and is compared as verigator_service_create compares it. `*out_service` (may be
 * NULL) is for verigator_service_free.
 *
 * verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED).
 * VERIGATOR_NOT_FOUND: the account has no service of that name. Since 1.0.
 *
 * The caller promises: The string is NUL-terminated; `out_service` is NULL or valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_service_find(const verigator_ctx *ctx,
                                                       const char *fqdn,
                                                       verigator_service **out_service);

/**
 * Lists the services of the account by the page (GET /v1/service/service).
 *
 * `limit` is the most services of the page, 1 to 1000. `cursor` is NULL for the first page, and then what
 * verigator_services_next_cursor returns of the page before; at most 4096 bytes. `*out_services` (may be
 * NULL) is for verigator_services_free.
 *
 * verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED). Since 1.0.
 *
 * The caller promises: `cursor` is NULL or NUL-terminated; `out_services` is NULL or valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_service_page(const verigator_ctx *ctx,
                                                       int64_t limit,
                                                       const char *cursor,
                                                       verigator_services **out_services);

/**
 * Deletes a service and its users (DELETE /v1/service/service/{sid}).
 *
 * `service_id` is 1 to 1024 bytes. VERIGATOR_NOT_FOUND also when a first attempt, whose answer was
 * lost, deleted it. Since 1.0.
 *
 * The caller promises: The string is NUL-terminated.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_service_delete(const verigator_ctx *ctx,
                                                         const char *service_id);

/**
 * Frees a service and its strings. NULL does nothing.
 *
 * VERIGATOR_INVALID_HANDLE for one that was freed before. It stays registered at Verigator: see
 * verigator_service_delete. Any thread. Since 1.0.
 */
VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_service_free(verigator_service *service);

/**
 * Returns the service's id, for the other calls; NULL if `service` is not a live handle.
 *
 * The string is the service's. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_service_id(const verigator_service *service);

/**
 * Returns the service's name; NULL if `service` is not a live handle.
 *
 * The string is the service's. Since 1.0.
 */
VERIGATOR_API const char *VERIGATOR_CALL verigator_service_name(const verigator_service *service);

/**
 * Returns when the service was made, an RFC 3339 timestamp; NULL if `service` is not a live handle.
 *
 * The string is the service's. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_service_ctime(const verigator_service *service);

/**
 * Frees a list of services and its strings. NULL does nothing.
 *
 * VERIGATOR_INVALID_HANDLE for one that was freed before. Any thread. Since 1.0.
 */
VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_services_free(verigator_services *services);

/**
 * Returns how many services are in the list; 0 if `services` is not a live handle.
 *
 * Since 1.0.
 */
VERIGATOR_API size_t VERIGATOR_CALL verigator_services_count(const verigator_services *services);

/**
 * Returns how many services the account has, as the server says; 0 if `services` is not a live handle.
 *
 * Since 1.0.
 */
VERIGATOR_API
uint64_t VERIGATOR_CALL verigator_services_total(const verigator_services *services);

/**
 * Returns the id of the service at `index`, counted from 0; NULL if there is none.
 *
 * The string is the list's. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_services_id(const verigator_services *services,
                                                 size_t index);

/**
 * Returns the name of the service at `index`; NULL if there is none.
 *
 * The string is the list's. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_services_name(const verigator_services *services,
                                                   size_t index);

/**
 * Returns when the service at `index` was made, an RFC 3339 timestamp; NULL if there is none.
 *
 * The string is the list's. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_services_ctime(const verigator_services *services,
                                                    size_t index);

/**
 * Returns the cursor of the next page, for verigator_service_page; NULL if this is the last one.
 *
 * NULL also if `services` is not a live handle. The string is the list's. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_services_next_cursor(const verigator_services *services);

/**
 * Returns the name of a status without its prefix, such as "NOT_FOUND", for logs.
 *
 * The string is static; it is "OK" for VERIGATOR_OK and "UNKNOWN" for a status without a constant.
 * Any thread. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_status_name(verigator_status status);

/**
 * Begins the enrolment of an authenticator app (POST /v1/service/service/{sid}/users/{uid}/totp).
 *
 * The ids are 1 to 1024 bytes. `*out_enrolment` (may be NULL) is for verigator_enrolment_free. The user's
 * app takes it, and verigator_totp_confirm the app's first token; until then logins are as they were.
 * An enrolment that was begun before and not confirmed ends, so it is never sent twice.
 *
 * verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED).
 * VERIGATOR_NOT_FOUND: no such service or user. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_enrolment` is NULL or valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_totp_begin(const verigator_ctx *ctx,
                                                     const char *service_id,
                                                     const char *user_id,
                                                     verigator_enrolment **out_enrolment);

/**
 * Makes a link by which the user sets an authenticator app up (POST /v1/service/service/{sid}/users/{uid}/totp/link).
 *
 * The ids are 1 to 1024 bytes; the link is good for `lifetime_seconds`, 60 to 604800 (a week), and once. `*out_link`
 * (may be NULL) is for verigator_enrolment_link_free. The user opens its URL in a browser, scans the QR code there
 * and types the app's first token; until then logins are as they were. A link that was made before ends, and so does
 * an enrolment that was begun and not confirmed, so it is never sent twice.
 *
 * verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED).
 * VERIGATOR_NOT_FOUND: no such service or user; VERIGATOR_CONFLICT: the server does not know by which address users
 * reach it. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_link` is NULL or valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_totp_link_create(const verigator_ctx *ctx,
                                                           const char *service_id,
                                                           const char *user_id,
                                                           int64_t lifetime_seconds,
                                                           verigator_enrolment_link **out_link);

/**
 * Confirms an enrolment by a token of the app (PUT /v1/service/service/{sid}/users/{uid}/totp).
 *
 * The ids are 1 to 1024 bytes, `token` is 1 to 64 printable ASCII characters. VERIGATOR_OK means that the
 * enrolment is confirmed, and that logins use the app from now on; nothing else does.
 * VERIGATOR_INVALID_DATA: the token is not right, and verigator_error_service_message says what to do. It
 * is never sent twice.
 *
 * verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED).
 * VERIGATOR_NOT_FOUND: no such service or user, or no enrolment was begun; VERIGATOR_CONFLICT: it was
 * confirmed already. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_totp_confirm(const verigator_ctx *ctx,
                                                       const char *service_id,
                                                       const char *user_id,
                                                       const char *token);

/**
 * Reads how far an enrolment has come (GET /v1/service/service/{sid}/users/{uid}/totp).
 *
 * The ids are 1 to 1024 bytes. `*out_state` (may be NULL) is for verigator_totp_state_free.
 *
 * verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED).
 * VERIGATOR_NOT_FOUND: no such service or user. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_state` is NULL or valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_totp_get(const verigator_ctx *ctx,
                                                   const char *service_id,
                                                   const char *user_id,
                                                   verigator_totp_state **out_state);

/**
 * Removes the enrolment of a user's authenticator app, confirmed or not (DELETE /v1/service/service/{sid}/users/{uid}/totp).
 *
 * The ids are 1 to 1024 bytes. VERIGATOR_NOT_FOUND also when a first attempt, whose answer was lost,
 * removed it.
 *
 * verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED). Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_totp_delete(const verigator_ctx *ctx,
                                                      const char *service_id,
                                                      const char *user_id);

/**
 * Frees an enrolment and wipes its strings. NULL does nothing.
 *
 * VERIGATOR_INVALID_HANDLE for one that was freed before. The user stays enrolled: see
 * verigator_totp_delete. Any thread. Since 1.0.
 */
VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_enrolment_free(verigator_enrolment *enrolment);

/**
 * Returns the secret in base32 (RFC 4648 section 6), for who cannot scan; NULL if `enrolment` is not a live handle.
 *
 * The string is the enrolment's, and a secret. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_enrolment_secret(const verigator_enrolment *enrolment);

/**
 * Returns the same as a URI for the app, which begins with "otpauth://"; NULL if `enrolment` is not a live handle.
 *
 * The string is the enrolment's, and a secret. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_enrolment_uri(const verigator_enrolment *enrolment);

/**
 * Returns that URI as a QR code, an SVG image; NULL if `enrolment` is not a live handle.
 *
 * The string is the enrolment's, and a secret. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_enrolment_qr_svg(const verigator_enrolment *enrolment);

/**
 * Returns whether an enrolment that was begun before and not confirmed has ended by this one: 1 or 0.
 *
 * 0 also if `enrolment` is not a live handle. Since 1.0.
 */
VERIGATOR_API
int32_t VERIGATOR_CALL verigator_enrolment_replaced(const verigator_enrolment *enrolment);

/**
 * Frees a link and wipes its URL. NULL does nothing.
 *
 * VERIGATOR_INVALID_HANDLE for one that was freed before. The link works on: verigator_totp_delete ends it, or a
 * new one. Any thread. Since 1.0.
 */
VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_enrolment_link_free(verigator_enrolment_link *link);

/**
 * Returns the URL that the user opens, https (http at a server for development); NULL if `link` is not a live handle.
 *
 * The string is the link's, and a secret. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_enrolment_link_url(const verigator_enrolment_link *link);

/**
 * Returns when the link ends, as the server says it (RFC 3339); NULL if `link` is not a live handle.
 *
 * The string is the link's. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_enrolment_link_expires_at(const verigator_enrolment_link *link);

/**
 * Returns whether the link ended another one that was good, or an enrolment that was not confirmed: 1 or 0.
 *
 * 0 also if `link` is not a live handle. Since 1.0.
 */
VERIGATOR_API
int32_t VERIGATOR_CALL verigator_enrolment_link_replaced(const verigator_enrolment_link *link);

/**
 * Frees the state of an enrolment. NULL does nothing.
 *
 * VERIGATOR_INVALID_HANDLE for one that was freed before. Any thread. Since 1.0.
 */
VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_totp_state_free(verigator_totp_state *state);

/**
 * Returns whether an app is confirmed, so that logins use it: 1 or 0.
 *
 * 0 also if `state` is not a live handle. Since 1.0.
 */
VERIGATOR_API
int32_t VERIGATOR_CALL verigator_totp_state_confirmed(const verigator_totp_state *state);

/**
 * Returns whether an enrolment was begun that waits for its first token: 1 or 0.
 *
 * 0 also if `state` is not a live handle. Since 1.0.
 */
VERIGATOR_API
int32_t VERIGATOR_CALL verigator_totp_state_pending(const verigator_totp_state *state);

/**
 * Registers a user (POST /v1/service/service/{sid}/users).
 *
 * `service_id` is 1 to 1024 bytes; `phone_number` has its country prefix (E.164, such as
 * "+3725555555"); `id_in_service` is the caller's own name for the user, such as an e-mail address;
 * both at most 4096 bytes. `*out_user` (may be NULL) is for verigator_user_free.
 * VERIGATOR_CONFLICT: the user exists already; VERIGATOR_INVALID_DATA: a value is not acceptable.
 * Not repeated if it may have arrived. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_user` is NULL or valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_user_create(const verigator_ctx *ctx,
                                                      const char *service_id,
                                                      const char *phone_number,
                                                      const char *id_in_service,
                                                      verigator_user **out_user);

/**
 * Reads a user (GET /v1/service/service/{sid}/users/{uid}).
 *
 * The ids are 1 to 1024 bytes. `*out_user` (may be NULL) is for verigator_user_free.
 * VERIGATOR_NOT_FOUND, VERIGATOR_FORBIDDEN: no such service or user, or another account's. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_user` is NULL or valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_user_get(const verigator_ctx *ctx,
                                                   const char *service_id,
                                                   const char *user_id,
                                                   verigator_user **out_user);

/**
 * Finds a user by what the service calls it (GET /v1/service/service/{sid}/users?id_in_service={id}).
 *
 * `service_id` is 1 to 1024 bytes; `id_in_service` is 1 to 4096, and is compared as verigator_user_create compares
 * it. `*out_user` (may be NULL) is for verigator_user_free.
 *
 * verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED).
 * VERIGATOR_NOT_FOUND: no such service, or it has no user of that name. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated; `out_user` is NULL or valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_user_find(const verigator_ctx *ctx,
                                                    const char *service_id,
                                                    const char *id_in_service,
                                                    verigator_user **out_user);

/**
 * Lists the users of a service (GET /v1/service/service/{sid}/users).
 *
 * `service_id` is 1 to 1024 bytes. `*out_users` (may be NULL) is for verigator_users_free. Since 1.0.
 *
 * The caller promises: The string is NUL-terminated; `out_users` is NULL or valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_user_list(const verigator_ctx *ctx,
                                                    const char *service_id,
                                                    verigator_users **out_users);

/**
 * Lists the users of a service by the page (GET /v1/service/service/{sid}/users).
 *
 * `service_id` is 1 to 1024 bytes. `limit` is the most users of the page, 1 to 1000. `cursor` is NULL for the
 * first page, and then what verigator_users_next_cursor returns of the page before; at most 4096 bytes.
 * `*out_users` (may be NULL) is for verigator_users_free. The hosted service has no pages, and answers with
 * all users: a last page. Since 1.0.
 *
 * The caller promises: `service_id` is NUL-terminated, `cursor` is NULL or NUL-terminated; `out_users` is NULL or valid for writing.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_user_page(const verigator_ctx *ctx,
                                                    const char *service_id,
                                                    int64_t limit,
                                                    const char *cursor,
                                                    verigator_users **out_users);

/**
 * Lets a user log in again who is locked after too many wrong tokens (POST /v1/service/service/{sid}/users/{uid}/unlock).
 *
 * The ids are 1 to 1024 bytes. A user who is not locked stays so.
 *
 * verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED).
 * VERIGATOR_NOT_FOUND: no such service or user. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_user_unlock(const verigator_ctx *ctx,
                                                      const char *service_id,
                                                      const char *user_id);

/**
 * Deletes a user (DELETE /v1/service/service/{sid}/users/{uid}).
 *
 * The ids are 1 to 1024 bytes. VERIGATOR_NOT_FOUND also when a first attempt, whose answer was
 * lost, deleted the user. Since 1.0.
 *
 * The caller promises: The strings are NUL-terminated.
 */
VERIGATOR_MUST_USE VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_user_delete(const verigator_ctx *ctx,
                                                      const char *service_id,
                                                      const char *user_id);

/**
 * Frees a user and its strings. NULL does nothing.
 *
 * VERIGATOR_INVALID_HANDLE for one that was freed before. The user stays registered: see
 * verigator_user_delete. Any thread. Since 1.0.
 */
VERIGATOR_API
verigator_status VERIGATOR_CALL verigator_user_free(verigator_user *user);

/**
 * Returns the user's id at Verigator, for the other calls; NULL if `user` is not a live handle.
 *
 * The string is the user's. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_user_id(const verigator_user *user);

/**
 * Returns when the user was registered, an RFC 3339 timestamp; NULL if `user` is not a live handle.
 *
 * The string is the user's. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_user_ctime(const verigator_user *user);

/**
 * Returns the caller's own name for the user; NULL if `user` is not a live handle.
 *
 * The string is the user's. Since 1.0.
 */
VERIGATOR_API const char *VERIGATOR_CALL verigator_user_id_in_service(const verigator_user *user);

/**
 * Frees a list of users and its strings. NULL does nothing.
 *
 * VERIGATOR_INVALID_HANDLE for one that was freed before. Any thread. Since 1.0.
 */
VERIGATOR_API verigator_status VERIGATOR_CALL verigator_users_free(verigator_users *users);

/**
 * Returns how many users are in the list; 0 if `users` is not a live handle.
 *
 * Since 1.0.
 */
VERIGATOR_API size_t VERIGATOR_CALL verigator_users_count(const verigator_users *users);

/**
 * Returns how many users the service has, as it says; 0 if `users` is not a live handle.
 *
 * It is verigator_users_count unless the service sent only some of them. Since 1.0.
 */
VERIGATOR_API
uint64_t VERIGATOR_CALL verigator_users_total(const verigator_users *users);

/**
 * Returns the id of the user at `index`, counted from 0; NULL if there is none.
 *
 * The string is the list's. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_users_id(const verigator_users *users,
                                              size_t index);

/**
 * Returns when the user at `index` was registered, an RFC 3339 timestamp; NULL if there is none.
 *
 * The string is the list's. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_users_ctime(const verigator_users *users,
                                                 size_t index);

/**
 * Returns the caller's own name for the user at `index`; NULL if there is none.
 *
 * The string is the list's. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_users_id_in_service(const verigator_users *users,
                                                         size_t index);

/**
 * Returns the cursor of the next page, for verigator_user_page; NULL if this is the last one.
 *
 * NULL also if `users` is not a live handle. The string is the list's. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_users_next_cursor(const verigator_users *users);

/**
 * Returns the version of the library that was loaded, such as "1.0.0".
 *
 * The string is static. Compare it with VERIGATOR_VERSION_MAJOR and its kin, which are those of
 * the header at the time of compiling. Any thread. Since 1.0.
 */
VERIGATOR_API
const char *VERIGATOR_CALL verigator_version(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* VERIGATOR_H */
