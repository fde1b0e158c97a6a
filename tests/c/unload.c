/* Loads the library, uses it and unloads it, a thousand times: nothing grows. It stays where it is,
 * since a queue's thread ends in it a moment later, or a name lookup that the deadline cut off.
 * Arguments: the library's path, a server that knows every service. */
#define _GNU_SOURCE

#include <dirent.h>
#include <dlfcn.h>
#include <sched.h>
#include <stdbool.h>

#include "check.h"

enum { WARM_UP = 100, TIMES = 1000 };

/* POSIX promises that a function's address fits a `void *`, C does not. */
#define FIND(library, name)                                                                        \
    __typeof__(&name) find_##name;                                                                 \
    *(void **)&find_##name = find(library, #name)

static void *find(void *library, const char *name) {
    void *function = dlsym(library, name);
    if (!function) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    return function;
}

static bool load_use_unload(const char *path, const char *base_url) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    FIND(library, verigator_config_new);
    FIND(library, verigator_config_set_base_url);
    FIND(library, verigator_config_free);
    FIND(library, verigator_ctx_new);
    FIND(library, verigator_ctx_free);
    FIND(library, verigator_service_get);
    FIND(library, verigator_queue_new);
    FIND(library, verigator_queue_next);
    FIND(library, verigator_queue_free);
    FIND(library, verigator_call_service_get);
    FIND(library, verigator_call_submit);
    FIND(library, verigator_call_free);

    verigator_config *config = NULL;
    verigator_ctx *ctx = NULL;
    verigator_queue *queue = NULL;
    verigator_call *call = NULL, *ended = NULL;
    bool worked = find_verigator_config_new("user", "password", &config) == VERIGATOR_OK;
    worked &= find_verigator_config_set_base_url(config, base_url) == VERIGATOR_OK;
    worked &= find_verigator_ctx_new(config, &ctx) == VERIGATOR_OK;
    worked &= find_verigator_service_get(ctx, "s", NULL) == VERIGATOR_OK;
    worked &= find_verigator_queue_new(ctx, &queue) == VERIGATOR_OK;
    worked &= find_verigator_call_service_get(ctx, "s", &call) == VERIGATOR_OK;
    worked &= find_verigator_call_submit(call, queue, 0) == VERIGATOR_OK;
    worked &= find_verigator_queue_next(queue, -1, &ended) == VERIGATOR_OK && ended == call;
    worked &= find_verigator_call_free(call) == VERIGATOR_OK;
    worked &= find_verigator_queue_free(queue) == VERIGATOR_OK;
    worked &= find_verigator_ctx_free(ctx) == VERIGATOR_OK;
    worked &= find_verigator_config_free(config) == VERIGATOR_OK;
    return dlclose(library) == 0 && worked;
}

static int entries(const char *folder) {
    int count = 0;
    DIR *open = opendir(folder);
    while (readdir(open)) {
        count++;
    }
    closedir(open);
    return count;
}

/* That of a queue ends by itself once the queue is freed. */
static void wait_for_the_end_of_threads(int left) {
    while (entries("/proc/self/task") > left) {
        sched_yield();
    }
}

/* Mappings that are the library's. */
static int mappings(void) {
    char line[4096];
    int count = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (fgets(line, sizeof line, maps)) {
        count += strstr(line, "libverigator") != NULL;
    }
    fclose(maps);
    return count;
}

/* Resident pages. */
static long resident(void) {
    long size = 0, pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    CHECK(fscanf(statm, "%ld %ld", &size, &pages) == 2);
    fclose(statm);
    return pages;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        return 2;
    }
    CHECK(!dlopen(argv[1], RTLD_NOW | RTLD_NOLOAD));
    const int threads = entries("/proc/self/task");
    for (int i = 0; i < WARM_UP; i++) {
        CHECK(load_use_unload(argv[1], argv[2]));
    }
    wait_for_the_end_of_threads(threads);
    int descriptors = entries("/proc/self/fd");
    int mapped = mappings();
    long pages = resident();
    for (int i = 0; i < TIMES; i++) {
        CHECK(load_use_unload(argv[1], argv[2]));
    }
    wait_for_the_end_of_threads(threads);
    CHECK(entries("/proc/self/fd") == descriptors);
    CHECK(mappings() == mapped && mapped > 0);
#ifdef SANITIZED
    (void)pages; /* A sanitizer holds back what was freed. */
#else
    /* A leak of 1 KiB each time would be 250 pages. */
    CHECK(resident() - pages < 200);
#endif
    /* It is still there, as the header says. */
    CHECK(dlopen(argv[1], RTLD_NOW | RTLD_NOLOAD));
    return finish();
}
