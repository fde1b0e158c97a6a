/* A program with two libraries that each have the static library inside: both make calls, and
 * neither knows the other's handles. */
#include "plugin.h"

#include <stdio.h>

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: %s BASE_URL\n", argv[0]);
        return 2;
    }
    verigator_service *first = first_read(argv[1], "first");
    verigator_service *other = first_read(argv[1], "other");
    verigator_service *second = second_read(argv[1], "second");
    if (first_id(first) == NULL || first_id(other) == NULL || second_id(second) == NULL) {
        return 1;
    }
    /* Handles are numbered, so the first of each library is the same value: the second is not. */
    printf("%s %s %s\n", first_id(first), second_id(second),
           second_id(other) == NULL ? "apart" : "together");
    return 0;
}
