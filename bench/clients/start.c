/*
 * How long a program takes from its start to its first output, which is its first answer:
 *
 *     start TIMES PROGRAM [ARGUMENT ...]
 */

#define _GNU_SOURCE

#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static double now_us(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static double run(char **program) {
    int output[2];
    char first;
    pid_t child;
    int status;
    posix_spawn_file_actions_t actions;
    if (pipe2(output, 0) != 0 || posix_spawn_file_actions_init(&actions) != 0 ||
        posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO) != 0 ||
        posix_spawn_file_actions_addclose(&actions, output[0]) != 0) {
        fail("pipe");
    }
    double start = now_us();
    if (posix_spawn(&child, program[0], &actions, NULL, program, environ) != 0) {
        fail(program[0]);
    }
    close(output[1]);
    bool answered = read(output[0], &first, 1) == 1;
    double end = now_us();
    if (waitpid(child, &status, 0) != child || status != 0 || !answered) {
        fprintf(stderr, "%s failed\n", program[0]);
        exit(1);
    }
    close(output[0]);
    posix_spawn_file_actions_destroy(&actions);
    return end - start;
}

static int compare(const void *left, const void *right) {
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

int main(int argc, char **argv) {
    int times = argc < 3 ? 0 : atoi(argv[1]);
    if (times < 1) {
        fprintf(stderr, "usage: %s TIMES PROGRAM [ARGUMENT ...]\n", argv[0]);
        return 2;
    }
    double *took = calloc((size_t)times, sizeof *took);
    for (int i = 0; i < times; i++) {
        took[i] = run(argv + 2);
    }
    qsort(took, (size_t)times, sizeof *took, compare);
    printf("{\"calls\": %d, \"p50_us\": %.3f, \"p90_us\": %.3f}\n", times, took[times / 2],
           took[times * 9 / 10]);
    free(took);
    return 0;
}
