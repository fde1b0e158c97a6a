/* A fault on purpose, so that scripts/sanitize knows that the sanitizer is on. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static int shared;
static void *volatile leaked;

static void *count(void *unused) {
    for (int i = 0; i < 1000; i++) {
        shared++;
    }
    return unused;
}

static void race(void) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, count, NULL);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
}

static int use_after_free(void) {
    volatile char *block = malloc(8);
    free((void *)block);
    return block[3];
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "data race") == 0) {
        race();
    } else if (argc == 2 && strcmp(argv[1], "leaked") == 0) {
        leaked = malloc(100);
        leaked = NULL;
    } else if (argc == 2 && strcmp(argv[1], "heap-use-after-free") == 0) {
        return use_after_free();
    }
    return 0;
}
