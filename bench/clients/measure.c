#define _GNU_SOURCE

#include "measure.h"

#include <fcntl.h>
#include <getopt.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* What the measured section starts and ends with. */
typedef struct stamp {
    long long clock_ns;
    struct rusage usage;
    /* Bytes in use on the heap. */
    size_t heap;
} stamp;

typedef struct run {
    const bench_client *client;
    bench_options options;
    void *shared;
    pthread_barrier_t barrier;
    /* Nanoseconds of every call, one thread's after another's. */
    unsigned *latencies;
    stamp start;
    stamp end;
    long threads_seen;
} run;

/* The times of one thread's calls, or NULL during the warm-up. */
struct bench_times {
    unsigned *next;
};

typedef struct worker {
    run *run;
    int index;
    pthread_t thread;
} worker;

void bench_fail(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

long long bench_now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static size_t heap_in_use(void) {
    struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
}

/* A number that the system tells of this process. Read without the heap, which is measured too. */
static long process_status(const char *name) {
    char status[4096];
    int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, status, sizeof status - 1);
    if (length < 0) {
        bench_fail("/proc/self/status cannot be read");
    }
    close(file);
    status[length] = '\0';
    const char *line = strstr(status, name);
    return line == NULL ? 0 : atol(line + strlen(name));
}

void bench_ended(bench_times *times, long long begun_ns) {
    if (times->next != NULL) {
        *times->next++ = (unsigned)(bench_now_ns() - begun_ns);
    }
}

static void call(const run *run, void *state) {
    if (!run->client->call(state)) {
        bench_fail("a call was not answered with yes");
    }
}

static void make_calls(run *run, int index, void *state) {
    unsigned *latencies = run->latencies + index * run->options.calls;
    if (run->client->calls != NULL) {
        bench_times times = {.next = latencies};
        run->client->calls(state, &run->options, &times, run->options.calls);
        run->threads_seen = process_status("Threads:");
        return;
    }
    long long before = bench_now_ns();
    for (long i = 0; i < run->options.calls; i++) {
        if (index == 0 && i == run->options.calls / 2) {
            run->threads_seen = process_status("Threads:");
            before = bench_now_ns();
        }
        call(run, state);
        long long after = bench_now_ns();
        latencies[i] = (unsigned)(after - before);
        before = after;
    }
}

static void warm_up(const run *run, void *state) {
    if (run->client->calls != NULL) {
        bench_times none = {.next = NULL};
        run->client->calls(state, &run->options, &none, run->options.warmup);
        return;
    }
    for (long i = 0; i < run->options.warmup; i++) {
        call(run, state);
    }
}

/* The first worker is the main thread, and takes the times. */
static void *work(void *argument) {
    worker *self = argument;
    run *run = self->run;
    void *state = run->client->open_thread != NULL
                      ? run->client->open_thread(&run->options, run->shared)
                      : run->shared;
    warm_up(run, state);
    pthread_barrier_wait(&run->barrier);
    if (self->index == 0) {
        run->start.heap = heap_in_use();
        getrusage(RUSAGE_SELF, &run->start.usage);
        run->start.clock_ns = bench_now_ns();
    }
    pthread_barrier_wait(&run->barrier);
    make_calls(run, self->index, state);
    pthread_barrier_wait(&run->barrier);
    if (self->index == 0) {
        run->end.clock_ns = bench_now_ns();
        getrusage(RUSAGE_SELF, &run->end.usage);
        run->end.heap = heap_in_use();
    }
    /* Nobody ends before that, since the end of a thread takes time too. */
    pthread_barrier_wait(&run->barrier);
    return NULL;
}

static int compare(const void *left, const void *right) {
    unsigned a = *(const unsigned *)left;
    unsigned b = *(const unsigned *)right;
    return (a > b) - (a < b);
}

static double seconds(struct timeval from, struct timeval to) {
    return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_usec - from.tv_usec) / 1e6;
}

static void print_results(run *run) {
    long calls = run->options.threads * run->options.calls;
    qsort(run->latencies, (size_t)calls, sizeof *run->latencies, compare);
    const stamp *start = &run->start;
    const stamp *end = &run->end;
    printf("{\"calls\": %ld, \"elapsed_s\": %.6f, \"p50_us\": %.3f, \"p90_us\": %.3f, "
           "\"p99_us\": %.3f, \"user_s\": %.6f, \"system_s\": %.6f, \"peak_rss_kb\": %ld, "
           "\"threads\": %ld, \"heap_growth_bytes\": %lld}\n",
           calls, (double)(end->clock_ns - start->clock_ns) / 1e9, run->latencies[calls / 2] / 1e3,
           run->latencies[calls * 9 / 10] / 1e3, run->latencies[calls * 99 / 100] / 1e3,
           seconds(start->usage.ru_utime, end->usage.ru_utime),
           seconds(start->usage.ru_stime, end->usage.ru_stime), process_status("VmHWM:"),
           run->threads_seen, (long long)end->heap - (long long)start->heap);
}

static void usage(const char *program) {
    fprintf(stderr,
            "usage: %s --url URL [--ca FILE] [--proxy URL] [--threads N] [--calls N] "
            "[--warmup N] [--connections kept|resumed|fresh] [--in-flight N]\n",
            program);
    exit(2);
}

static bench_connections parse_connections(const char *program, const char *word) {
    const char *words[] = {"kept", "resumed", "fresh"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(word, words[i]) == 0) {
            return (bench_connections)i;
        }
    }
    usage(program);
    return BENCH_KEPT;
}

bench_options bench_parse(int argc, char **argv) {
    static const struct option known[] = {
        {"url", required_argument, NULL, 'u'},
        {"ca", required_argument, NULL, 'a'},
        {"proxy", required_argument, NULL, 'p'},
        {"threads", required_argument, NULL, 't'},
        {"calls", required_argument, NULL, 'c'},
        {"warmup", required_argument, NULL, 'w'},
        {"connections", required_argument, NULL, 'k'},
        {"in-flight", required_argument, NULL, 'f'},
        {NULL, 0, NULL, 0},
    };
    bench_options options = {.threads = 1, .calls = 1000, .warmup = 100, .in_flight = 1};
    int option;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'u':
            options.url = optarg;
            break;
        case 'a':
            options.ca = optarg;
            break;
        case 'p':
            options.proxy = optarg;
            break;
        case 't':
            options.threads = atoi(optarg);
            break;
        case 'c':
            options.calls = atol(optarg);
            break;
        case 'w':
            options.warmup = atol(optarg);
            break;
        case 'k':
            options.connections = parse_connections(argv[0], optarg);
            break;
        case 'f':
            options.in_flight = atoi(optarg);
            break;
        default:
            usage(argv[0]);
        }
    }
    if (options.url == NULL || options.threads < 1 || options.calls < 1 || options.warmup < 0 ||
        options.in_flight < 1) {
        usage(argv[0]);
    }
    return options;
}

static void start_workers(run *run) {
    int threads = run->options.threads;
    worker *workers = calloc((size_t)threads, sizeof *workers);
    for (int i = 0; i < threads; i++) {
        workers[i].run = run;
        workers[i].index = i;
        if (i > 0 && pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) {
            bench_fail("a thread could not be made");
        }
    }
    work(&workers[0]);
    for (int i = 1; i < threads; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    free(workers);
}

int bench_run(const bench_options *options, const bench_client *client) {
    run run = {.client = client, .options = *options};
    size_t calls = (size_t)run.options.threads * (size_t)run.options.calls;
    run.latencies = calloc(calls, sizeof *run.latencies);
    if (run.latencies == NULL ||
        pthread_barrier_init(&run.barrier, NULL, (unsigned)run.options.threads) != 0) {
        bench_fail("no memory");
    }
    if (client->open != NULL) {
        run.shared = client->open(&run.options);
    }
    start_workers(&run);
    print_results(&run);
    free(run.latencies);
    return 0;
}
