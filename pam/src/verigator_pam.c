/*
 * verigator-pam, the program behind the PAM module and verigator-ssh-login: it has the password of
 * the account and talks to the service, so that neither is in a process that belongs to others.
 *
 *   verigator-pam               speaks with a host, on its standard input
 *   verigator-pam check         says what is wrong with the configuration
 *   verigator-pam map           writes a map file of all users of the service
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <syslog.h>
#include <unistd.h>

#include "channel.h"
#include "exemptions.h"
#include "login.h"
#include "people.h"
#include "report.h"
#include "settings.h"
#include "wipe.h"

#ifndef CONFIGURATION
#error "CONFIGURATION must be the absolute path of the configuration"
#endif

#define DEFAULT_RUN_AS "nobody"
#define MOST_OPTIONS 64
/* Beyond the login's own time, for what has no deadline: a directory of users that does not answer.
 */
#define WATCHDOG_SECONDS 10

extern char **environ;

/*
 * Root by its real id: a host that is root, or root at a shell. Anybody else runs this program by
 * its set-uid bit, and is believed nothing.
 */
static bool is_trusted_caller(void) {
    return getuid() == 0;
}

static rlim_t larger_of(rlim_t one, rlim_t other) {
    return one > other ? one : other;
}

/* RLIM_INFINITY is the largest number. */
static void restore_limit(int resource, rlim_t least) {
    struct rlimit limit, wanted;

    if (getrlimit(resource, &limit) != 0)
        return;
    wanted.rlim_cur = larger_of(limit.rlim_cur, least);
    wanted.rlim_max = larger_of(limit.rlim_max, least);
    if (setrlimit(resource, &wanted) == 0)
        return;
    /* Root of a container may be allowed no more than what the caller's hard limit has left. */
    limit.rlim_cur = wanted.rlim_cur < limit.rlim_max ? wanted.rlim_cur : limit.rlim_max;
    (void)setrlimit(resource, &limit);
}

/*
 * Leaves what was inherited behind. The limits too: without descriptors or memory a call fails as
 * if the service were away, and whoever called su or sudo set them.
 */
static void be_independent(void) {
    static const int unlimited[] = {RLIMIT_AS, RLIMIT_CPU, RLIMIT_DATA, RLIMIT_RSS};
    static const struct rlimit no_core = {0, 0};
    sigset_t none;

    environ = NULL;
    /* By the system call, since glibc has its function since 2.34 only. */
    if (syscall(SYS_close_range, 3, ~0U, 0) != 0)
        for (int fd = 3; fd < 1024; fd++)
            close(fd);
    for (int number = 1; number < NSIG; number++)
        (void)signal(number, number == SIGPIPE ? SIG_IGN : SIG_DFL);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    for (size_t i = 0; i < sizeof unlimited / sizeof unlimited[0]; i++)
        restore_limit(unlimited[i], RLIM_INFINITY);
    restore_limit(RLIMIT_NOFILE, 256);
    restore_limit(RLIMIT_NPROC, 4096);
    restore_limit(RLIMIT_STACK, 8 * 1024 * 1024);
    (void)setrlimit(RLIMIT_CORE, &no_core);
    (void)setpriority(PRIO_PROCESS, 0, 0);
    (void)prctl(PR_SET_DUMPABLE, 0);
    /* A Ctrl-C at the host's terminal is the host's. */
    (void)setsid();
    (void)umask(077);
    if (chdir("/") != 0)
        _exit(1);
}

/*
 * Becomes an ordinary user for good, before the first byte of the network. What needs root has been
 * read by then.
 */
static bool drop_privileges(const struct settings *settings, struct problem *problem) {
    const char *name = settings->run_as == NULL ? DEFAULT_RUN_AS : settings->run_as;
    const struct passwd *entry = getpwnam(name);

    if (entry == NULL || entry->pw_uid == 0)
        return wrong(problem, "run-as: %s is %s", QUOTED(name),
                     entry == NULL ? "no user of this machine" : "root");
    if (setgroups(0, NULL) != 0 || setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) != 0 ||
        setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid) != 0 || setuid(0) == 0)
        return wrong(problem, "run-as: this program cannot become %s: %s", QUOTED(name),
                     strerror(errno));
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return true;
}

/* What a host asked for. */
struct asked {
    struct message message;
    const char *user, *caller, *address, *host, *code;
    const char *options[MOST_OPTIONS];
    size_t option_count;
};

/* The value of a field of that name, or NULL. */
static const char *value_of(const char *field, const char *name) {
    size_t length = strlen(name);

    return strncmp(field, name, length) == 0 && field[length] == '=' ? field + length + 1 : NULL;
}

static bool take_field(struct asked *asked, const char *field) {
    static const char *const names[] = {"user", "caller", "address", "host", "code"};
    const char **values[] = {&asked->user, &asked->caller, &asked->address, &asked->host,
                             &asked->code};
    const char *option = value_of(field, "option");

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = value_of(field, names[i]);

        if (value != NULL) {
            *values[i] = value;
            return true;
        }
    }
    if (option == NULL || asked->option_count == MOST_OPTIONS)
        return false;
    asked->options[asked->option_count++] = option;
    return true;
}

static bool take_request(struct asked *asked) {
    const struct message *message = &asked->message;

    asked->caller = asked->address = asked->host = "";
    if (channel_receive(STDIN_FILENO, deadline_now() + WATCHDOG_SECONDS * 1000, &asked->message) !=
            MESSAGE_REQUEST ||
        message->length == 0 || message->text[message->length - 1] != '\0')
        return false;
    for (size_t at = 0; at < message->length; at += strlen(message->text + at) + 1)
        if (!take_field(asked, message->text + at))
            return false;
    return asked->user != NULL;
}

/* Of somebody who is not trusted only a code is taken, for the account that it is about anyway. */
static bool believe_no_more_than_is_sure(struct asked *asked, struct problem *problem) {
    const struct passwd *entry = getpwuid(getuid());
    static char own[LOGIN_NAME_MAX + 1];

    if (entry == NULL || strlen(entry->pw_name) >= sizeof own)
        return wrong(problem, "user id %u has no name", (unsigned)getuid());
    strcpy(own, entry->pw_name);
    if (strcmp(asked->user, own) != 0)
        return wrong(problem, "%s asked for the login of somebody else", QUOTED(own));
    if (asked->option_count > 0)
        return wrong(problem, "%s gave options, which only root may", QUOTED(own));
    asked->user = asked->caller = own;
    asked->address = "";
    asked->host = "verigator-ssh-login";
    return true;
}

/* "config=" is the one option that is no setting: it says where these are. */
static bool take_settings(const struct asked *asked, struct settings *settings,
                          struct problem *problem) {
    const char *path = CONFIGURATION;

    for (size_t i = 0; i < asked->option_count; i++) {
        const char *named = value_of(asked->options[i], "config");

        if (named != NULL && named[0] != '/')
            return wrong(problem, "argument config: %s is no absolute path", QUOTED(named));
        path = named == NULL ? path : named;
    }
    if (!settings_read(settings, path, problem))
        return false;
    for (size_t i = 0; i < asked->option_count; i++)
        if (value_of(asked->options[i], "config") == NULL &&
            !settings_override(settings, asked->options[i], problem))
            return false;
    return settings_check(settings, problem);
}

/* Who is asked: whose account is entered, or who enters it. */
static bool choose_name(const struct settings *settings, const struct asked *asked,
                        const char **name, struct problem *problem) {
    *name = settings->ask_caller ? asked->caller : asked->user;
    return (*name)[0] != '\0' ||
           wrong(problem, "ask is caller, and the host does not say who that is");
}

/* Reads all that takes root, so that none of it is needed later. */
static bool prepare(struct asked *asked, struct settings *settings, struct login *login,
                    bool *is_exempt, struct problem *problem) {
    char why[64] = "";
    enum outcome outcome;

    if (!is_trusted_caller() && !believe_no_more_than_is_sure(asked, problem))
        return false;
    if (!take_settings(asked, settings, problem))
        return false;
    (void)alarm((unsigned)settings->timeout_seconds + WATCHDOG_SECONDS);
    login->service.deadline = deadline_now() + settings->timeout_seconds * 1000;
    if (!choose_name(settings, asked, &login->name, problem) ||
        !exempts(settings, login->name, asked->address, is_exempt, why, sizeof why, problem))
        return false;
    if (*is_exempt) {
        report(LOG_INFO, "%s is not asked for a second factor: %s", QUOTED(login->name), why);
        return true;
    }
    if (settings->users != NULL) {
        outcome = people_find(NULL, settings->users, login->name, &login->user, problem);
        if (outcome == OUTCOME_FAILED)
            return false;
        login->is_unmapped = outcome == OUTCOME_NOT_THERE;
    }
    return service_open(&login->service, settings, problem) && drop_privileges(settings, problem);
}

static enum verdict decide(struct asked *asked) {
    struct settings settings;
    struct login login = {.settings = &settings, .channel = STDIN_FILENO};
    struct problem problem = {""};
    enum verdict verdict = VERDICT_DENIED;
    bool is_exempt = false;

    settings_begin(&settings);
    if (!prepare(asked, &settings, &login, &is_exempt, &problem))
        report(LOG_ERR, "denied: %s", problem.text);
    else if (is_exempt)
        verdict = VERDICT_EXEMPT;
    else {
        /* An empty one would be a wish for an SMS. */
        if (settings.accept_code_of_environment && asked->code != NULL && asked->code[0] != '\0')
            login.code = asked->code;
        verdict = login_run(&login);
    }
    service_close(&login.service);
    settings_end(&settings);
    return verdict;
}

static int serve(void) {
    struct asked asked = {.option_count = 0};
    char letter;

    be_independent();
    report_open(false);
    if (!take_request(&asked)) {
        report(LOG_ERR, "denied: the host's request was not understood");
        return 1;
    }
    report_about(asked.host, asked.user, asked.address);
    letter = (char)decide(&asked);
    wipe(&asked, sizeof asked);
    return channel_send(STDIN_FILENO, MESSAGE_VERDICT, &letter, 1) ? 0 : 1;
}

static void write_map_line(void *data, const char *id, const char *id_in_service) {
    (void)data;
    /* What would be read as another line, or be no login, is left to be seen. */
    if (id_in_service[strcspn(id_in_service, "\r\n")] != '\0' || id_in_service[0] == '#')
        fprintf(stderr, "left out: %s, user %s\n", QUOTED(id_in_service), id);
    else
        printf("%s = %s\n", id_in_service, id);
}

static bool check_login(const struct login *login, const char *name, struct problem *problem) {
    struct user user = {""};
    enum outcome outcome =
        people_find(&login->service, login->settings->users, name, &user, problem);

    if (outcome == OUTCOME_NOT_THERE)
        return wrong(problem, "no user of the service is %s", QUOTED(name));
    if (outcome == OUTCOME_DONE)
        printf("%s is user %s\n", name, user.id);
    return outcome == OUTCOME_DONE;
}

/* What an administrator wants to know of a configuration, and maybe of a login. */
static bool check(const struct login *login, const char *name, struct problem *problem) {
    char why[64] = "";
    bool is_exempt;

    if (!exempts(login->settings, name == NULL ? "" : name, "", &is_exempt, why, sizeof why,
                 problem) ||
        service_try(&login->service, problem) != OUTCOME_DONE)
        return false;
    if (name != NULL && is_exempt)
        printf("%s is not asked for a second factor: %s\n", name, why);
    else if (name != NULL && !check_login(login, name, problem))
        return false;
    puts("all is well");
    return true;
}

/* For an administrator, on a terminal: the words are a login's name, and options of the module. */
static int advise(bool makes_map, char **words) {
    struct asked asked = {.option_count = 0};
    struct settings settings;
    struct login login = {.settings = &settings};
    struct problem problem = {""};
    const char *name = NULL;
    bool is_right;

    for (; *words != NULL && asked.option_count < MOST_OPTIONS; words++)
        if (strchr(*words, '=') != NULL)
            asked.options[asked.option_count++] = *words;
        else
            name = *words;
    report_open(true);
    settings_begin(&settings);
    is_right = take_settings(&asked, &settings, &problem) &&
               service_open(&login.service, &settings, &problem);
    login.service.deadline = deadline_now() + settings.timeout_seconds * 1000;
    if (is_right && makes_map)
        is_right =
            service_list_users(&login.service, write_map_line, NULL, &problem) == OUTCOME_DONE;
    else if (is_right)
        is_right = check(&login, name, &problem);
    if (!is_right)
        report(LOG_ERR, "%s", problem.text);
    service_close(&login.service);
    settings_end(&settings);
    return is_right ? 0 : 1;
}

static bool is_host(int fd) {
    int kind = 0;
    socklen_t size = sizeof kind;

    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &kind, &size) == 0 && kind == SOCK_SEQPACKET;
}

int main(int argc, char **argv) {
    if (argc < 2 && is_host(STDIN_FILENO))
        return serve();
    if (argc > 1 && is_trusted_caller()) {
        if (strcmp(argv[1], "check") == 0)
            return advise(false, argv + 2);
        if (strcmp(argv[1], "map") == 0)
            return advise(true, argv + 2);
    }
    fputs("usage: verigator-pam check [LOGIN] [OPTION=VALUE ...], or verigator-pam map "
          "[OPTION=VALUE ...], as root.\n"
          "Without arguments, the PAM module and verigator-ssh-login run it.\n",
          stderr);
    return 2;
}
