/* The host's process is the host's: its threads and its signals; it calls until its very end. */
#define _GNU_SOURCE

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "check.h"

static const char *service_id;

static int threads_of_this_process(void) {
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    while (readdir(tasks)) {
        count++;
    }
    closedir(tasks);
    return count;
}

/* Makes `calls` calls and returns how many went wrong. */
static int ask(const verigator_ctx *ctx, int calls) {
    int wrong = 0;
    for (int i = 0; i < calls; i++) {
        wrong += verigator_service_get(ctx, service_id, NULL) != VERIGATOR_OK;
    }
    return wrong;
}

static void no_thread_stays(const verigator_ctx *ctx) {
    int before = threads_of_this_process();
    CHECK(ask(ctx, 3) == 0);
    CHECK(threads_of_this_process() == before);
}

/* The dispositions and the mask of every signal are what they were. */
static void signals_are_untouched(const verigator_ctx *ctx) {
    struct sigaction before[NSIG], after[NSIG];
    sigset_t mask_before, mask_after;
    memset(before, 0, sizeof before);
    memset(after, 0, sizeof after);
    for (int i = 1; i < NSIG; i++) {
        sigaction(i, NULL, &before[i]);
    }
    pthread_sigmask(SIG_SETMASK, NULL, &mask_before);
    CHECK(ask(ctx, 3) == 0);
    pthread_sigmask(SIG_SETMASK, NULL, &mask_after);
    for (int i = 1; i < NSIG; i++) {
        sigaction(i, NULL, &after[i]);
        CHECK(before[i].sa_handler == after[i].sa_handler);
        CHECK(sigismember(&mask_before, i) == sigismember(&mask_after, i));
    }
}

static atomic_int pipes;

static void count_pipe(int signal) {
    (void)signal;
    atomic_fetch_add(&pipes, 1);
}

/* A SIGPIPE that the host holds back itself is still there after a call. */
static void a_pending_signal_is_left_to_the_host(const verigator_ctx *ctx) {
    struct sigaction counting = {.sa_handler = count_pipe};
    sigset_t only, pending;
    sigaction(SIGPIPE, &counting, NULL);
    sigemptyset(&only);
    sigaddset(&only, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &only, NULL);
    raise(SIGPIPE);
    CHECK(ask(ctx, 1) == 0);
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGPIPE) == 1);
    pthread_sigmask(SIG_UNBLOCK, &only, NULL);
    CHECK(atomic_load(&pipes) == 1);
    signal(SIGPIPE, SIG_DFL);
}

static pthread_key_t at_thread_end;

/* Runs when the thread's own storage is being put away. The error of the call, which lies there,
 * may be gone, or stay for ever unless it is forgotten; its status is there. */
static void call_late(void *ctx) {
    CHECK(ask(ctx, 2) == 0);
    CHECK(verigator_service_get(ctx, "nobody", NULL) == VERIGATOR_NOT_FOUND);
    verigator_clear_error();
}

static void *end_with_calls(void *ctx) {
    CHECK(ask(ctx, 1) == 0);
    CHECK(pthread_setspecific(at_thread_end, ctx) == 0);
    return NULL;
}

/* Its first call is its last moment's. */
static void *end_with_its_first_call(void *ctx) {
    CHECK(pthread_setspecific(at_thread_end, ctx) == 0);
    return NULL;
}

static void an_ending_thread_calls(verigator_ctx *ctx) {
    void *(*const run[])(void *) = {end_with_calls, end_with_its_first_call};
    CHECK(pthread_key_create(&at_thread_end, call_late) == 0);
    for (size_t i = 0; i < 2; i++) {
        pthread_t thread;
        /* Checked once it has ended, since it counts its checks as well. */
        int created = pthread_create(&thread, NULL, run[i], ctx);
        CHECK(created == 0 && pthread_join(thread, NULL) == 0);
    }
    CHECK(ask(ctx, 1) == 0);
    CHECK(pthread_key_delete(at_thread_end) == 0);
}

static verigator_ctx *last_ctx;

/* After the closing line, so that only the program's own status can tell that it went wrong. */
static void call_at_exit(void) {
    if (verigator_service_get(last_ctx, "nobody", NULL) != VERIGATOR_NOT_FOUND ||
        verigator_ctx_free(last_ctx) != VERIGATOR_OK) {
        fprintf(stderr, "a call at exit failed\n");
        _exit(1);
    }
}

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    verigator_ctx *ctx = last_ctx = context(argv[1]);
    CHECK(atexit(call_at_exit) == 0);
    verigator_service *service = NULL;
    CHECK_STATUS(verigator_service_create(ctx, "process.example", "P", &service), VERIGATOR_OK);
    service_id = verigator_service_id(service);
    no_thread_stays(ctx);
    signals_are_untouched(ctx);
    a_pending_signal_is_left_to_the_host(ctx);
    an_ending_thread_calls(ctx);
    CHECK_STATUS(verigator_service_delete(ctx, service_id), VERIGATOR_OK);
    verigator_service_free(service);
    return finish();
}
