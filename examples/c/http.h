/* A request to a server on this machine, in as little code as it takes. For talking to
 * verigator-server's development routes only: the library itself speaks HTTP by its own means. */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>

/* Sends `method` `path` with a JSON `body` (or NULL) to `base_url`, such as
 * "http://127.0.0.1:8080". On a 2xx it returns true and copies the reply's body, NUL-terminated and
 * cut to `size`, into `reply` (or NULL). */
bool http_request(const char *base_url, const char *method, const char *path, const char *body,
                  char *reply, size_t size);

/* Copies the text behind the last "key":" in `json` into `text`; false if there is none or it does
 * not fit. Enough for flat values without escapes. */
bool json_text(const char *json, const char *key, char *text, size_t size);

#endif
