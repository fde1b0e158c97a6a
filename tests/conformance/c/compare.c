#include "compare.h"

#include <stdio.h>
#include <string.h>

static void report(const char *name, const char *what, const cJSON *expected, const cJSON *got) {
    char *wanted = cJSON_PrintUnformatted(expected);
    char *actual = got ? cJSON_PrintUnformatted(got) : NULL;
    fprintf(stderr, "%s: %s: expected %s, got %s\n", name, what, wanted,
            actual ? actual : "nothing");
    cJSON_free(wanted);
    cJSON_free(actual);
}

/* Whether each of `parts` is in the message, or none of them. */
static bool message_fits(const cJSON *parts, const cJSON *message, bool wanted) {
    const cJSON *part = NULL;
    cJSON_ArrayForEach(part, parts) {
        if ((strstr(message->valuestring, part->valuestring) != NULL) != wanted)
            return false;
    }
    return true;
}

static bool field_fits(const cJSON *expected, const cJSON *actual) {
    const cJSON *message = cJSON_GetObjectItemCaseSensitive(actual, "message");
    if (strcmp(expected->string, "message_contains") == 0)
        return message_fits(expected, message, true);
    if (strcmp(expected->string, "message_lacks") == 0)
        return message_fits(expected, message, false);
    const cJSON *field = cJSON_GetObjectItemCaseSensitive(actual, expected->string);
    return cJSON_Compare(expected, field, true);
}

static bool is_given(const cJSON *actual, const char *field) {
    return cJSON_GetObjectItemCaseSensitive(actual, field) != NULL;
}

bool is_as_expected(const char *name, const cJSON *expect, const cJSON *outcome, bool simple) {
    const cJSON *expected = expect->child, *field = NULL;
    const cJSON *actual = cJSON_GetObjectItemCaseSensitive(outcome, expected->string);
    const cJSON *problem = cJSON_GetObjectItemCaseSensitive(outcome, "problem");
    bool fits = problem == NULL;
    if (problem != NULL)
        fprintf(stderr, "%s: %s\n", name, problem->valuestring);
    if (actual == NULL || cJSON_IsNull(expected) != cJSON_IsNull(actual)) {
        report(name, "the call", expect, outcome);
        return false;
    }
    cJSON_ArrayForEach(field, expected) {
        bool left_out =
            simple && strcmp(expected->string, "value") == 0 && !is_given(actual, field->string);
        if (!left_out && !field_fits(field, actual)) {
            report(name, field->string, field, actual);
            fits = false;
        }
    }
    return fits;
}
