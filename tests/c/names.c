/* Lookups of names, with a getaddrinfo of this program's own in place of the system's: on which
 * thread they run, with which signals, and what happens when one does not come back. */
#define _GNU_SOURCE

#include <dirent.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

/* What the lookup saw of its thread. */
static atomic_int lookups;
static sigset_t mask;
static pthread_t thread;
static char thread_name[16];
static sem_t answer;

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **result) {
    (void)service, (void)hints, (void)result;
    thread = pthread_self();
    pthread_getname_np(thread, thread_name, sizeof thread_name);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    atomic_fetch_add(&lookups, 1);
    if (strcmp(node, "late.test") == 0) {
        sem_wait(&answer);
    }
    while (strcmp(node, "never.test") == 0) {
        pause();
    }
    return EAI_NONAME;
}

static const char *url;

static void plain(verigator_config *config) {
    CHECK_STATUS(verigator_config_set_allow_plain_http(config, true), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_set_base_url(config, url), VERIGATOR_OK);
}

static void with_an_address(verigator_config *config) {
    plain(config);
    CHECK_STATUS(verigator_config_set_address(config, "127.0.0.1"), VERIGATOR_OK);
}

static void with_a_short_deadline(verigator_config *config) {
    plain(config);
    CHECK_STATUS(verigator_config_set_timeout_ms(config, 50), VERIGATOR_OK);
}

/* Starts an authentication with the server at `base_url`. */
static void start(const char *base_url, void (*change)(verigator_config *),
                  verigator_status expected) {
    url = base_url;
    verigator_ctx *ctx = context_with(base_url, change);
    CHECK_STATUS(verigator_auth_initiate(ctx, "s", "u", VERIGATOR_METHOD_SMS, NULL), expected);
    verigator_error *error = verigator_last_error();
    CHECK(!verigator_error_maybe_sent(error));
    verigator_error_free(error);
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
}

/* The threads of this name, by which the system knows them, or all. */
static int threads(const char *called) {
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    struct dirent *task;
    while ((task = readdir(tasks)) != NULL) {
        char path[300], name[32] = "";
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", task->d_name);
        FILE *file = task->d_name[0] == '.' ? NULL : fopen(path, "r");
        if (file != NULL) {
            count += fgets(name, sizeof name, file) != NULL &&
                     (called == NULL || strcmp(name, called) == 0);
            fclose(file);
        }
    }
    closedir(tasks);
    return count;
}

/* Those of lookups that have not ended. */
static int threads_of_lookups(void) {
    return threads("verigator-dns\n");
}

/* A thread raises these by what it does itself: the host's crash handler is to run. */
static bool is_fault(int signal) {
    return signal == SIGABRT || signal == SIGBUS || signal == SIGFPE || signal == SIGILL ||
           signal == SIGSEGV || signal == SIGSYS || signal == SIGTRAP;
}

/* The host's signals are the host's threads' to handle. */
static void a_lookup_has_the_hosts_signals_blocked(void) {
    sigset_t before, after;
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    start("http://nobody.test:1", plain, VERIGATOR_DNS);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    CHECK(atomic_load(&lookups) == 1);
    CHECK(!pthread_equal(thread, pthread_self()));
    CHECK(strcmp(thread_name, "verigator-dns") == 0);
    for (int i = 1; i <= SIGRTMAX; i++) {
        /* Two cannot be blocked, and those between are the C library's own. */
        bool can_be = i != SIGKILL && i != SIGSTOP && (i <= SIGSYS || i >= SIGRTMIN);
        CHECK(!can_be || sigismember(&mask, i) == !is_fault(i));
        CHECK(sigismember(&before, i) == sigismember(&after, i));
    }
}

static void what_needs_no_lookup_has_none(void) {
    int before = atomic_load(&lookups);
    start("http://127.0.0.1:1", plain, VERIGATOR_CONNECT);
    start("http://[::1]:1", plain, VERIGATOR_CONNECT);
    start("http://localhost:1", plain, VERIGATOR_CONNECT);
    start("http://nobody.test:1", with_an_address, VERIGATOR_CONNECT);
    CHECK(atomic_load(&lookups) == before);
}

/* A thread ends soon after its lookup, which may be after the call. */
static void wait_for_the_end_of_lookups(void) {
    while (threads_of_lookups() != 0) {
        sched_yield();
    }
}

static void the_deadline_does_not_wait_for_a_lookup(void) {
    wait_for_the_end_of_lookups();
    int before = atomic_load(&lookups);
    start("http://late.test:1", with_a_short_deadline, VERIGATOR_TIMEOUT);
    while (atomic_load(&lookups) == before) {
        sched_yield();
    }
    CHECK(threads_of_lookups() == 1);
    CHECK(sem_post(&answer) == 0);
    wait_for_the_end_of_lookups();
}

enum { CALLS = 256 };

/* Calls in a queue that wait for a lookup which does not come back, or not yet. */
struct waiting {
    verigator_ctx *ctx;
    verigator_queue *queue;
    verigator_call *calls[CALLS];
};

static struct waiting submitted(const char *base_url, int calls) {
    struct waiting waiting = {0};
    const int before = atomic_load(&lookups);
    url = base_url;
    waiting.ctx = context_with(url, plain);
    CHECK_STATUS(verigator_queue_new(waiting.ctx, &waiting.queue), VERIGATOR_OK);
    for (int i = 0; i < calls; i++) {
        CHECK_STATUS(verigator_call_auth_start(waiting.ctx, "s", "u", VERIGATOR_METHOD_SMS,
                                               &waiting.calls[i]),
                     VERIGATOR_OK);
        CHECK_STATUS(verigator_call_submit(waiting.calls[i], waiting.queue, 0), VERIGATOR_OK);
    }
    while (atomic_load(&lookups) == before) {
        sched_yield();
    }
    return waiting;
}

/* They share it: the queue's thread and that of the lookup are all that there are more. */
static void calls_in_a_queue_do_not_wait_for_a_lookup(void) {
    const int before = atomic_load(&lookups), alone = threads(NULL);
    struct waiting waiting = submitted("http://never.test:1", CALLS);
    CHECK(threads(NULL) == alone + 2);
    for (int i = 0; i < CALLS; i++) {
        CHECK_STATUS(verigator_call_cancel(waiting.calls[i]), VERIGATOR_OK);
    }
    for (int i = 0; i < CALLS; i++) {
        verigator_call *ended = NULL;
        CHECK_STATUS(verigator_queue_next(waiting.queue, -1, &ended), VERIGATOR_OK);
        CHECK(verigator_call_status(ended) == VERIGATOR_CANCELLED);
        verigator_error *error = verigator_call_error(ended);
        CHECK(!verigator_error_maybe_sent(error));
        CHECK_STATUS(verigator_error_free(error), VERIGATOR_OK);
        CHECK_STATUS(verigator_call_free(ended), VERIGATOR_OK);
    }
    CHECK_STATUS(verigator_queue_free(waiting.queue), VERIGATOR_OK);
    CHECK_STATUS(verigator_ctx_free(waiting.ctx), VERIGATOR_OK);
    while (threads(NULL) > alone + 1 && checks_failed == 0) {
        sched_yield();
    }
    CHECK(threads_of_lookups() == 1 && atomic_load(&lookups) == before + 1);
}

enum { MOST_LOOKUPS = 128 };

/* Over all contexts, each of which looks the name up itself. */
static void a_process_has_so_many_lookups_at_once(void) {
    static struct waiting waiting[MOST_LOOKUPS];
    const int others = threads_of_lookups();
    for (int i = others; i < MOST_LOOKUPS; i++) {
        waiting[i] = submitted("http://late.test:1", 1);
    }
    CHECK(threads_of_lookups() == MOST_LOOKUPS);
    start("http://nobody.test:1", plain, VERIGATOR_SYSTEM);
    start("http://localhost:1", plain, VERIGATOR_CONNECT);
    for (int i = others; i < MOST_LOOKUPS; i++) {
        CHECK(sem_post(&answer) == 0);
    }
    for (int i = others; i < MOST_LOOKUPS; i++) {
        verigator_call *ended = NULL;
        CHECK_STATUS(verigator_queue_next(waiting[i].queue, -1, &ended), VERIGATOR_OK);
        CHECK(verigator_call_status(ended) == VERIGATOR_DNS);
        CHECK_STATUS(verigator_call_free(ended), VERIGATOR_OK);
        CHECK_STATUS(verigator_queue_free(waiting[i].queue), VERIGATOR_OK);
        CHECK_STATUS(verigator_ctx_free(waiting[i].ctx), VERIGATOR_OK);
    }
    start("http://nobody.test:1", plain, VERIGATOR_DNS);
}

/* Neither for the calls nor for their lookup. */
static void the_end_of_a_program_waits_for_nothing(void) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        alarm(300);
        submitted("http://never.test:1", CALLS);
        exit(checks_failed == 0 ? 7 : 1);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

int main(void) {
    alarm(300); /* A bound for a hang, not a measure. */
    CHECK(sem_init(&answer, 0, 0) == 0);
    a_lookup_has_the_hosts_signals_blocked();
    what_needs_no_lookup_has_none();
    the_deadline_does_not_wait_for_a_lookup();
    the_end_of_a_program_waits_for_nothing();
    calls_in_a_queue_do_not_wait_for_a_lookup();
    a_process_has_so_many_lookups_at_once();
    return finish();
}
