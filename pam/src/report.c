#include "report.h"

#include <stdarg.h>
#include <string.h>
#include <syslog.h>

#define LINE_MAX_BYTES 1024

static bool to_terminal;
static char about[3 * QUOTED_MAX];

/* Appends a byte, as it is or escaped; false if there is no room left. */
static bool put(char *to, size_t size, size_t *length, unsigned char byte, const char *special) {
    static const char hex[] = "0123456789abcdef";

    if (byte >= 0x20 && byte < 0x7f && strchr(special, byte) == NULL) {
        if (*length + 1 >= size)
            return false;
        to[(*length)++] = (char)byte;
    } else {
        if (*length + 4 >= size)
            return false;
        to[(*length)++] = '\\';
        to[(*length)++] = 'x';
        to[(*length)++] = hex[byte >> 4];
        to[(*length)++] = hex[byte & 15];
    }
    to[*length] = '\0';
    return true;
}

void quote(const char *name, char *quoted, size_t size) {
    size_t length = 1;
    const char *byte = name;

    quoted[0] = '"';
    /* Room for what tells that it goes on, and for the quote. */
    while (*byte != '\0' && put(quoted, size - 4, &length, (unsigned char)*byte, "\"\\"))
        byte++;
    strcpy(quoted + length, *byte == '\0' ? "\"" : "...\"");
}

const char *quoted_in(char *space, const char *name) {
    quote(name, space, QUOTED_MAX);
    return space;
}

void report_open(bool on_terminal) {
    to_terminal = on_terminal;
    if (!on_terminal)
        openlog("pam_verigator", LOG_PID | LOG_NDELAY, LOG_AUTHPRIV);
}

void report_about(const char *host, const char *user, const char *address) {
    snprintf(about, sizeof about, "%s: login of %s%s%s: ", QUOTED(host), QUOTED(user),
             address[0] == '\0' ? "" : " from ", address[0] == '\0' ? "" : QUOTED(address));
}

void report(int level, const char *format, ...) {
    char said[LINE_MAX_BYTES], line[LINE_MAX_BYTES];
    size_t length = 0;
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(said, sizeof said, format, arguments);
    va_end(arguments);
    /* Whatever a service or a file put into it. */
    line[0] = '\0';
    for (const char *byte = said; *byte != '\0'; byte++)
        if (!put(line, sizeof line, &length, (unsigned char)*byte, ""))
            break;
    if (to_terminal)
        fprintf(stderr, "%s%s\n", about, line);
    else
        syslog(level, "%s%s", about, line);
}
