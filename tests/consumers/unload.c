/* A program that loads a library with the static one inside, makes a call by it, unloads it and
 * forks: what the static library had the C library do at a fork() is unloaded with it. Arguments:
 * the library's path, BASE_URL. */
#define _POSIX_C_SOURCE 200809L

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugin.h"

static void *library;
static const char *base_url;

/* On a thread of its own: what a thread keeps of a library holds it in place until the thread ends.
 */
static void *call(void *unused) {
    verigator_service *(*read_service)(const char *, const char *);
    const char *(*id_of)(const verigator_service *);
    /* POSIX promises that a function's address fits a `void *`, C does not. */
    *(void **)&read_service = dlsym(library, "first_read");
    *(void **)&id_of = dlsym(library, "first_id");
    if (id_of(read_service(base_url, "first"))) {
        puts("called");
    }
    return unused;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s LIBRARY BASE_URL\n", argv[0]);
        return 2;
    }
    base_url = argv[2];
    library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    pthread_t thread;
    pthread_create(&thread, NULL, call, NULL);
    pthread_join(thread, NULL);
    dlclose(library);
    puts(dlopen(argv[1], RTLD_NOW | RTLD_NOLOAD) ? "still there" : "unloaded");
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    puts(WIFEXITED(status) ? "forked" : "a child died");
    return 0;
}
