#include "curl_request.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

static size_t receive(char *bytes, size_t size, size_t count, void *target) {
    curl_request *self = target;
    size_t length = size * count;
    if (length > sizeof self->reply - self->length) {
        return 0;
    }
    memcpy(self->reply + self->length, bytes, length);
    self->length += length;
    return length;
}

void curl_request_open(curl_request *self, const bench_options *options) {
    CURL *curl = curl_easy_init();
    if (curl == NULL) {
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
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, self);
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
}

void curl_request_begin(curl_request *self, const char *service_id, const char *user_id,
                        const char *token) {
    char url[512];
    snprintf(url, sizeof url, "%s/v1/service/service/%s/users/%s/auth", self->base_url, service_id,
             user_id);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "token", token);
    self->body = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);

    self->length = 0;
    curl_easy_setopt(self->curl, CURLOPT_URL, url);
    curl_easy_setopt(self->curl, CURLOPT_CUSTOMREQUEST, "PUT");
    curl_easy_setopt(self->curl, CURLOPT_POSTFIELDS, self->body);
}

static bool is_verified(const curl_request *self) {
    cJSON *json = cJSON_ParseWithLength(self->reply, self->length);
    bool verified = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "verified"));
    cJSON_Delete(json);
    return verified;
}

bool curl_request_end(curl_request *self, CURLcode code) {
    long status = 0;
    cJSON_free(self->body);
    if (code != CURLE_OK) {
        fprintf(stderr, "%s\n", curl_easy_strerror(code));
        return false;
    }
    curl_easy_getinfo(self->curl, CURLINFO_RESPONSE_CODE, &status);
    return status == 200 && is_verified(self);
}
