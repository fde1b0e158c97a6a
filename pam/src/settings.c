#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"
#include "wipe.h"

/* More than any such file needs: a map has some 60 bytes for each of a hundred thousand users. */
#define FILE_MAX (8 * 1024 * 1024)

/* Beside sshd's LoginGraceTime, 120 seconds. */
#define DEFAULT_TIMEOUT_SECONDS 90
/* verigator-server takes five tries of a challenge. */
#define MOST_PROMPTS 5

bool wrong(struct problem *problem, const char *format, ...) {
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(problem->text, sizeof problem->text, format, arguments);
    va_end(arguments);
    return false;
}

void free_secret(char *text) {
    if (text != NULL)
        wipe(text, strlen(text));
    free(text);
}

/* Whether nobody but root can have written it, nor others have read it. */
static bool is_trusted(const char *path, const struct stat *status, enum readers readers,
                       struct problem *problem) {
    if (!S_ISREG(status->st_mode))
        return wrong(problem, "%s is no regular file", path);
    if (status->st_uid != 0)
        return wrong(problem, "%s belongs to user %u; make it root's: chown root %s", path,
                     (unsigned)status->st_uid, path);
    if (readers == READERS_ROOT && (status->st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return wrong(problem,
                     "%s has a password in it and mode %03o; make it root's alone: chmod 600 %s",
                     path, (unsigned)status->st_mode & 0777, path);
    if ((status->st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return wrong(problem, "%s has mode %03o, so that others can write it: chmod go-w %s", path,
                     (unsigned)status->st_mode & 0777, path);
    if (status->st_size > FILE_MAX)
        return wrong(problem, "%s is larger than %d bytes", path, FILE_MAX);
    return true;
}

static bool read_whole(int fd, char *text, size_t size, size_t *length) {
    ssize_t got = 1;

    *length = 0;
    while (*length < size && got != 0) {
        got = read(fd, text + *length, size - *length);
        if (got < 0 && errno != EINTR)
            return false;
        *length += got > 0 ? (size_t)got : 0;
    }
    return true;
}

bool read_file(const char *path, enum readers readers, char **text, struct problem *problem) {
    struct stat status;
    size_t length = 0;
    /* Not waiting for the writer of a pipe. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    *text = NULL;
    if (fd < 0)
        return wrong(problem, "%s cannot be opened: %s", path, strerror(errno));
    if (fstat(fd, &status) != 0)
        wrong(problem, "%s cannot be looked at: %s", path, strerror(errno));
    else if (is_trusted(path, &status, readers, problem)) {
        size_t size = (size_t)status.st_size;

        *text = calloc(1, size + 1);
        if (*text == NULL)
            wrong(problem, "there is no memory for %s", path);
        else if (!read_whole(fd, *text, size, &length) || length != size ||
                 strlen(*text) != length) {
            wrong(problem, "%s cannot be read as a text", path);
            wipe(*text, size);
            free(*text);
            *text = NULL;
        }
    }
    close(fd);
    return *text != NULL;
}

/* The text without the blanks around it, which become NULs. */
static char *trimmed(char *text) {
    static const char blanks[] = " \t\r\f\v";
    char *end = text + strlen(text);

    while (end > text && strchr(blanks, end[-1]) != NULL)
        *--end = '\0';
    return text + strspn(text, blanks);
}

bool next_line(char **rest, bool last, struct line *line, const char *path,
               struct problem *problem) {
    char *text, *divider;

    problem->text[0] = '\0';
    do {
        if (*rest == NULL)
            return false;
        text = trimmed(strsep(rest, "\n"));
        line->number++;
    } while (text[0] == '\0' || text[0] == '#');
    divider = last ? strrchr(text, '=') : strchr(text, '=');
    if (divider == NULL)
        return wrong(problem, "%s, line %d: expected \"name = value\"", path, line->number);
    *divider = '\0';
    line->name = trimmed(text);
    line->value = trimmed(divider + 1);
    if (line->name[0] == '\0' || line->value[0] == '\0')
        return wrong(problem, "%s, line %d: %s", path, line->number,
                     line->name[0] == '\0' ? "there is no name before the \"=\""
                                           : "there is no value after the \"=\"");
    return true;
}

/* What a name may be set to, and where it is kept. */
enum kind { TEXT, METHOD, FAIL_MODE, WHO, YES_OR_NO, NUMBER };

struct option {
    const char *name;
    enum kind kind;
    size_t offset;
    /* The arguments of a PAM module can be read by everybody. */
    bool in_arguments;
    int least, most;
};

#define AT(member) offsetof(struct settings, member)

static const struct option options[] = {
    {"url", TEXT, AT(url), false, 0, 0},
    {"username", TEXT, AT(username), false, 0, 0},
    {"password", TEXT, AT(password), false, 0, 0},
    {"address", TEXT, AT(address), false, 0, 0},
    {"ca-file", TEXT, AT(ca_file), false, 0, 0},
    {"pinned-key", TEXT, AT(pinned_key), false, 0, 0},
    {"client-certificate", TEXT, AT(client_certificate), false, 0, 0},
    {"client-key", TEXT, AT(client_key), false, 0, 0},
    {"proxy", TEXT, AT(proxy), false, 0, 0},
    {"proxy-username", TEXT, AT(proxy_username), false, 0, 0},
    {"proxy-password", TEXT, AT(proxy_password), false, 0, 0},
    {"run-as", TEXT, AT(run_as), false, 0, 0},
    {"accept-env", YES_OR_NO, AT(accept_code_of_environment), false, 0, 0},
    {"service", TEXT, AT(service), true, 0, 0},
    {"users", TEXT, AT(users), true, 0, 0},
    {"groups", TEXT, AT(groups), true, 0, 0},
    {"exempt-groups", TEXT, AT(exempt_groups), true, 0, 0},
    {"exempt-addresses", TEXT, AT(exempt_addresses), true, 0, 0},
    {"ask", WHO, AT(ask_caller), true, 0, 0},
    {"method", METHOD, AT(method), true, 0, 0},
    {"prompts", NUMBER, AT(prompts), true, 1, MOST_PROMPTS},
    {"timeout", NUMBER, AT(timeout_seconds), true, 5, 3600},
    {"failmode", FAIL_MODE, AT(fail_safe), true, 0, 0},
};

#define OPTION_COUNT (sizeof options / sizeof options[0])

static const struct option *option_named(const char *name) {
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (strcmp(options[i].name, name) == 0)
            return &options[i];
    return NULL;
}

/* Which of the words, separated by "|", the value is; -1 for none. */
static int word(const char *words, const char *value) {
    int number = 0;
    size_t length;

    for (;; words += length + 1, number++) {
        length = strcspn(words, "|");
        if (strlen(value) == length && strncmp(words, value, length) == 0)
            return number;
        if (words[length] == '\0')
            return -1;
    }
}

static bool set_word(int *number, const char *words, const struct option *option, const char *value,
                     struct problem *problem) {
    *number = word(words, value);
    return *number >= 0 ||
           wrong(problem, "%s is %s; it must be one of %s", option->name, QUOTED(value), words);
}

static bool set_number(int *number, const struct option *option, const char *value,
                       struct problem *problem) {
    char *end;
    long parsed;

    errno = 0;
    parsed = strtol(value, &end, 10);
    if (errno != 0 || *end != '\0' || value[0] < '0' || value[0] > '9' || parsed < option->least ||
        parsed > option->most)
        return wrong(problem, "%s is %s; it must be a number from %d to %d", option->name,
                     QUOTED(value), option->least, option->most);
    *number = (int)parsed;
    return true;
}

static bool set_text(char **text, const struct option *option, const char *value,
                     struct problem *problem) {
    char *copy = strdup(value);

    if (copy == NULL)
        return wrong(problem, "there is no memory for %s", option->name);
    free_secret(*text);
    *text = copy;
    return true;
}

static bool set(struct settings *settings, const struct option *option, const char *value,
                struct problem *problem) {
    void *member = (char *)settings + option->offset;
    int number = 0;

    switch (option->kind) {
    case TEXT:
        return set_text(member, option, value, problem);
    case NUMBER:
        return set_number(member, option, value, problem);
    case METHOD:
        if (!set_word(&number, "any|totp|sms", option, value, problem))
            return false;
        *(enum method *)member = (enum method)number;
        return true;
    case FAIL_MODE:
        if (!set_word(&number, "secure|safe", option, value, problem))
            return false;
        break;
    case WHO:
        if (!set_word(&number, "target|caller", option, value, problem))
            return false;
        break;
    case YES_OR_NO:
        if (!set_word(&number, "no|yes", option, value, problem))
            return false;
        break;
    }
    *(bool *)member = number == 1;
    return true;
}

void settings_begin(struct settings *settings) {
    *settings = (struct settings){
        .method = METHOD_ANY,
        .prompts = 3,
        .timeout_seconds = DEFAULT_TIMEOUT_SECONDS,
    };
}

static bool take_lines(struct settings *settings, char *rest, const char *path,
                       struct problem *problem) {
    bool taken[OPTION_COUNT] = {false};
    struct line line = {.number = 0};
    struct problem what;

    while (next_line(&rest, false, &line, path, problem)) {
        const struct option *option = option_named(line.name);

        /* Its value is not shown: it may be a password whose name was mistyped. */
        if (option == NULL)
            return wrong(problem, "%s, line %d: there is no option %s", path, line.number,
                         QUOTED(line.name));
        if (taken[option - options])
            return wrong(problem, "%s, line %d: %s was set before", path, line.number,
                         option->name);
        taken[option - options] = true;
        if (!set(settings, option, line.value, &what))
            return wrong(problem, "%s, line %d: %.300s", path, line.number, what.text);
    }
    return problem->text[0] == '\0';
}

bool settings_read(struct settings *settings, const char *path, struct problem *problem) {
    char *text;
    size_t size;
    bool is_right;

    if (!read_file(path, READERS_ROOT, &text, problem))
        return false;
    size = strlen(text);
    is_right = take_lines(settings, text, path, problem);
    wipe(text, size);
    free(text);
    return is_right;
}

bool settings_override(struct settings *settings, const char *argument, struct problem *problem) {
    const char *divider = strchr(argument, '=');
    char name[32] = "";
    const struct option *option;

    if (divider == NULL || divider[1] == '\0')
        return wrong(problem, "argument %s: expected \"name=value\"", QUOTED(argument));
    snprintf(name, sizeof name, "%.*s", (int)(divider - argument), argument);
    option = option_named(name);
    if (option == NULL)
        return wrong(problem, "argument %s: there is no such option", QUOTED(name));
    if (!option->in_arguments)
        return wrong(problem, "argument %s: it can be set in the file only", QUOTED(name));
    return set(settings, option, divider + 1, problem);
}

bool settings_check(const struct settings *settings, struct problem *problem) {
    if (settings->username == NULL || settings->password == NULL)
        return wrong(problem, "username and password of the account must be set");
    if (settings->service == NULL)
        return wrong(problem,
                     "service must be set, to the id of the service whose users log in here");
    if ((settings->client_certificate == NULL) != (settings->client_key == NULL))
        return wrong(problem, "client-certificate and client-key must be set together");
    if (settings->proxy == NULL &&
        (settings->proxy_username != NULL || settings->proxy_password != NULL))
        return wrong(problem, "proxy must be set beside proxy-username and proxy-password");
    return true;
}

void settings_end(struct settings *settings) {
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (options[i].kind == TEXT)
            free_secret(*(char **)(void *)((char *)settings + options[i].offset));
    settings_begin(settings);
}
