/*
 * Runs the conformance cases in C: conformance PEER_URL CASES_FOLDER RESULTS_FILE.
 *
 * Prints what fails, writes a result for each case, and succeeds when none failed.
 */

#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "call.h"
#include "compare.h"
#include "verdict.h"

static const cJSON *get(const cJSON *object, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* Makes the call of a case in one form, and has both ends of it judged. */
static bool run_form(const char *peer_url, const cJSON *test, bool simple) {
    char base_url[256];
    const char *name = get(test, "name")->valuestring;
    snprintf(base_url, sizeof base_url, "%s/c/%s", peer_url, name);
    cJSON *outcome = make_call(test, base_url, simple);
    char *wrong = verdict(peer_url, name);
    if (wrong != NULL)
        fprintf(stderr, "%s: %s\n", name, wrong);
    bool passes = is_as_expected(name, get(test, "expect"), outcome, simple) && wrong == NULL;
    free(wrong);
    cJSON_Delete(outcome);
    return passes;
}

/* Runs a case, with the simpler function too where there is one. */
static bool run_case(const char *peer_url, const cJSON *test, cJSON *results) {
    char skipped[256];
    const cJSON *why = get(get(test, "skip"), "c");
    bool passes = true;
    if (why != NULL) {
        snprintf(skipped, sizeof skipped, "skip: %s", why->valuestring);
    } else {
        passes = run_form(peer_url, test, false);
        if (has_simple_form(get(test, "call")))
            passes = run_form(peer_url, test, true) && passes;
    }
    const char *result = why ? skipped : passes ? "pass" : "fail";
    cJSON_AddStringToObject(results, get(test, "name")->valuestring, result);
    return passes;
}

/* Reads a whole file; for free(). */
static char *read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    char *text = calloc(size + 1, 1);
    rewind(file);
    if (fread(text, 1, size, file) != size)
        text[0] = '\0';
    fclose(file);
    return text;
}

/* Runs the cases of one file; gives how many failed. */
static int run_file(const char *peer_url, const char *path, cJSON *results) {
    int failures = 0;
    char *text = read_file(path);
    cJSON *cases = text ? cJSON_Parse(text) : NULL;
    const cJSON *test = NULL;
    if (cases == NULL) {
        fprintf(stderr, "%s cannot be read\n", path);
        failures++;
    }
    cJSON_ArrayForEach(test, cases) {
        failures += !run_case(peer_url, test, results);
    }
    cJSON_Delete(cases);
    free(text);
    return failures;
}

static bool is_json(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot != NULL && strcmp(dot, ".json") == 0;
}

static int run_folder(const char *peer_url, const char *folder, cJSON *results) {
    DIR *entries = opendir(folder);
    const struct dirent *entry = NULL;
    int failures = 0;
    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (is_json(entry->d_name))
            failures += run_file(peer_url, path, results);
    }
    if (entries != NULL)
        closedir(entries);
    if (cJSON_GetArraySize(results) == 0) {
        fprintf(stderr, "%s has no cases\n", folder);
        failures++;
    }
    return failures;
}

static bool write_results(const char *path, const cJSON *results) {
    char *text = cJSON_Print(results);
    FILE *file = fopen(path, "wb");
    bool written = file != NULL && fprintf(file, "%s\n", text) > 0;
    if (file != NULL)
        written = fclose(file) == 0 && written;
    cJSON_free(text);
    return written;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: %s PEER_URL CASES_FOLDER RESULTS_FILE\n", argv[0]);
        return 2;
    }
    cJSON *results = cJSON_CreateObject();
    int failures = run_folder(argv[1], argv[2], results);
    printf("%d cases, %d failed\n", cJSON_GetArraySize(results), failures);
    bool written = write_results(argv[3], results);
    cJSON_Delete(results);
    return failures == 0 && written ? EXIT_SUCCESS : EXIT_FAILURE;
}
