/*
 * What every client of the bench has in common: its command line, its threads, what is measured
 * and how it is printed. A client only says how to make one call.
 */

#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The verification that is measured; the server answers no other. */
#define BENCH_USERNAME "bench"
#define BENCH_PASSWORD "bench-password"
#define BENCH_SERVICE_ID "3896f6a5-4fa5-45b0-845a-be6f99f9e11a"
#define BENCH_USER_ID "d9f3516b-c3c4-4fe9-962a-cc8bf232688f"
#define BENCH_TOKEN "123456"
#define BENCH_PATH "/v1/service/service/" BENCH_SERVICE_ID "/users/" BENCH_USER_ID "/auth"

/* How the calls come by their connections. */
typedef enum bench_connections {
    /* Kept alive. */
    BENCH_KEPT,
    /* A new one for each call, which resumes the TLS session of an earlier one. */
    BENCH_RESUMED,
    /* A new one for each call, with a full handshake. */
    BENCH_FRESH,
} bench_connections;

typedef struct bench_options {
    /* The base URL. */
    const char *url;
    /* The PEM file of the authority, or NULL. */
    const char *ca;
    /* The URL of the proxy that calls go through, or NULL. raw, hyper and verigator_dlopen know
     * none. */
    const char *proxy;
    int threads;
    /* Of each thread. */
    long calls;
    /* Of each thread, before measuring starts. */
    long warmup;
    bench_connections connections;
    /* How many calls one thread has under way at once; of use to clients that make many. */
    int in_flight;
} bench_options;

/* Where the times of calls are kept. */
typedef struct bench_times bench_times;

typedef struct bench_client {
    /* Makes what all threads share; may be NULL. */
    void *(*open)(const bench_options *options);
    /* Makes what one thread calls with; without it that is what all share. */
    void *(*open_thread)(const bench_options *options, void *shared);
    /* Makes one call and returns whether the answer was yes. */
    bool (*call)(void *state);
    /* Instead of it, for a client that has many under way at once on one thread: makes `count`
     * calls and says of each, with bench_ended, that it ended with yes. */
    void (*calls)(void *state, const bench_options *options, bench_times *times, long count);
} bench_client;

/* Returns the time of a monotonic clock, in nanoseconds. */
long long bench_now_ns(void);

/* A call that was begun at `begun_ns` has ended. */
void bench_ended(bench_times *times, long long begun_ns);

/* Reads the command line; ends the program where it cannot be understood. */
bench_options bench_parse(int argc, char **argv);

/* Measures `client` and prints a line of JSON; returns the exit code. */
int bench_run(const bench_options *options, const bench_client *client);

/* Ends the program with a message. */
void bench_fail(const char *what) __attribute__((noreturn));

#ifdef __cplusplus
}
#endif

#endif
