/*
 * Makes the calls of the conformance cases, as `conformance-peer run c` tells it on standard input.
 *
 * The README.md above says what comes and what is answered.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "call.h"

/* The next line of standard input, for free(); NULL at its end. */
static char *read_line(void) {
    size_t length = 0, size = 1024;
    char *line = malloc(size);
    while (fgets(line + length, (int)(size - length), stdin) != NULL) {
        length += strlen(line + length);
        if (line[length - 1] == '\n')
            return line;
        if (length + 1 == size)
            line = realloc(line, size *= 2);
    }
    free(line);
    return NULL;
}

static char *from_hex(const char *hex) {
    char *text = calloc(strlen(hex) / 2 + 1, 1);
    unsigned byte = 0;
    for (size_t index = 0; sscanf(hex + 2 * index, "%2x", &byte) == 1; index++)
        text[index] = (char)byte;
    return text;
}

/* Puts bytes that are no UTF-8 in the place of their digits, wherever they stand. */
static void resolve(cJSON *object) {
    for (cJSON *part = object->child, *next = NULL; part != NULL; part = next) {
        next = part->next;
        const char *hex = cJSON_GetStringValue(cJSON_GetObjectItem(part, "hex"));
        if (hex != NULL) {
            char *bytes = from_hex(hex);
            cJSON_ReplaceItemInObject(object, part->string, cJSON_CreateString(bytes));
            free(bytes);
        } else {
            resolve(part);
        }
    }
}

int main(void) {
    for (char *line = NULL; (line = read_line()) != NULL; free(line)) {
        cJSON *told = cJSON_Parse(line);
        resolve(told);
        cJSON *outcome = make_call(told);
        char *said = cJSON_PrintUnformatted(outcome);
        printf("%s\n", said);
        fflush(stdout);
        cJSON_free(said);
        cJSON_Delete(outcome);
        cJSON_Delete(told);
    }
    return 0;
}
