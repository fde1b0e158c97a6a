/* The measured request by libcurl, for the clients that are made of it: an easy handle that is
 * reused, headers set once, and cJSON. */

#ifndef BENCH_CURL_REQUEST_H
#define BENCH_CURL_REQUEST_H

#include <curl/curl.h>
#include <stdbool.h>

#include "measure.h"

typedef struct curl_request {
    CURL *curl;
    const char *base_url;
    /* What the request is made of, as long as it is under way. */
    char *body;
    char reply[4096];
    size_t length;
} curl_request;

/* Makes ready what does not change between calls. */
void curl_request_open(curl_request *self, const bench_options *options);

/* Sets what a call is about; then libcurl may perform it. */
void curl_request_begin(curl_request *self, const char *service_id, const char *user_id,
                        const char *token);

/* Returns whether what libcurl came to is a yes. */
bool curl_request_end(curl_request *self, CURLcode code);

#endif
