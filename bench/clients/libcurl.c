/* What a careful C programmer writes: an easy handle for each thread, reused, and cJSON. */

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

typedef struct reply {
    char bytes[4096];
    size_t length;
} reply;

typedef struct verifier {
    CURL *curl;
    const char *base_url;
    reply reply;
} verifier;

static size_t receive(char *bytes, size_t size, size_t count, void *target) {
    reply *reply = target;
    size_t length = size * count;
    if (length > sizeof reply->bytes - reply->length) {
        return 0;
    }
    memcpy(reply->bytes + reply->length, bytes, length);
    reply->length += length;
    return length;
}

static void *open_all(const bench_options *options) {
    (void)options;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        bench_fail("libcurl cannot be initialised");
    }
    return NULL;
}

static void *open_thread(const bench_options *options, void *shared) {
    (void)shared;
    verifier *self = calloc(1, sizeof *self);
    CURL *curl = curl_easy_init();
    if (self == NULL || curl == NULL) {
        bench_fail("no memory");
    }
    self->curl = curl;
    self->base_url = options->url;

    struct curl_slist *headers = NULL;
    headers = curl_slist_append(headers, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Accept: application/json");
    headers = curl_slist_append(headers, "X-Service-Auth: " BENCH_USERNAME ":" BENCH_PASSWORD);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 30000L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &self->reply);
    if (options->ca != NULL) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, options->ca);
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    }
    if (options->proxy != NULL) {
        curl_easy_setopt(curl, CURLOPT_PROXY, options->proxy);
        /* Not around it, whatever the environment says. */
        curl_easy_setopt(curl, CURLOPT_NOPROXY, "");
    }
    if (options->connections != BENCH_KEPT) {
        curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
    }
    if (options->connections == BENCH_FRESH) {
        curl_easy_setopt(curl, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    }
    return self;
}

static bool parse(const reply *reply) {
    cJSON *json = cJSON_ParseWithLength(reply->bytes, reply->length);
    bool verified = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "verified"));
    cJSON_Delete(json);
    return verified;
}

static bool verify(verifier *self, const char *service_id, const char *user_id, const char *token) {
    char url[512];
    snprintf(url, sizeof url, "%s/v1/service/service/%s/users/%s/auth", self->base_url, service_id,
             user_id);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "token", token);
    char *body = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);

    CURL *curl = self->curl;
    long status = 0;
    self->reply.length = 0;
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "PUT");
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    CURLcode code = curl_easy_perform(curl);
    cJSON_free(body);
    if (code != CURLE_OK) {
        fprintf(stderr, "%s\n", curl_easy_strerror(code));
        return false;
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    return status == 200 && parse(&self->reply);
}

static bool call(void *state) {
    return verify(state, BENCH_SERVICE_ID, BENCH_USER_ID, BENCH_TOKEN);
}

int main(int argc, char **argv) {
    bench_options options = bench_parse(argc, argv);
    return bench_run(&options,
                     &(bench_client){.open = open_all, .open_thread = open_thread, .call = call});
}
