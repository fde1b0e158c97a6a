/*
 * The PAM module: asks for a second factor. It only collects what PAM knows of the login, and hands
 * the prompts of verigator-pam to the host's conversation; see README.md for why.
 */
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include <pwd.h>

#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <security/pam_modutil.h>

#include "host.h"
#include "wipe.h"

#define EXPORTED __attribute__((visibility("default")))

/* One prompt, since hosts show what comes beside one late, twice, or not at all. */
static char *prompt(void *person, const char *text) {
    char *answer = NULL;

    /*
     * Shown as it is typed: a code is of no use the second time. It also keeps sshd's method
     * "password", which has one password for all prompts that hide the answer, from answering.
     */
    if (pam_prompt(person, PAM_PROMPT_ECHO_ON, &answer, "%s", text) != PAM_SUCCESS) {
        if (answer != NULL)
            wipe(answer, strlen(answer));
        free(answer);
        return NULL;
    }
    return answer;
}

static const char *item(pam_handle_t *pamh, int kind) {
    const void *value = NULL;

    return pam_get_item(pamh, kind, &value) == PAM_SUCCESS ? value : NULL;
}

/*
 * Who called, for `ask = caller`. The real user of a set-uid program knows better than PAM_RUSER,
 * which some hosts fill with what a client says.
 */
static const char *caller(pam_handle_t *pamh) {
    if (getuid() != 0) {
        const struct passwd *entry = pam_modutil_getpwuid(pamh, getuid());

        return entry == NULL ? NULL : entry->pw_name;
    }
    return item(pamh, PAM_RUSER);
}

static int result(pam_handle_t *pamh, enum verdict verdict, const char *problem) {
    if (problem != NULL)
        pam_syslog(pamh, LOG_ERR, "denied: %s", problem);
    switch (verdict) {
    case VERDICT_VERIFIED:
    case VERDICT_PASSED:
        return PAM_SUCCESS;
    case VERDICT_EXEMPT:
        return PAM_IGNORE;
    default:
        /* Not PAM_MAXTRIES, after which sshd offers no method at all, and ssh asks for a password.
         */
        return PAM_AUTH_ERR;
    }
}

EXPORTED int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv) {
    struct request request = {.length = 0, .too_long = false};
    const char *user = NULL, *problem = NULL;
    enum verdict verdict;

    (void)flags;
    if (pam_get_user(pamh, &user, NULL) != PAM_SUCCESS || user == NULL || user[0] == '\0')
        return PAM_AUTH_ERR;
    request_add(&request, "user", user);
    request_add(&request, "caller", caller(pamh));
    request_add(&request, "address", item(pamh, PAM_RHOST));
    request_add(&request, "host", item(pamh, PAM_SERVICE));
    for (int i = 0; i < argc; i++)
        request_add(&request, "option", argv[i]);
    verdict = host_run(&request, prompt, pamh, &problem);
    return result(pamh, verdict, problem);
}

/* There are no credentials to set; a host takes anything else than success for a failure. */
EXPORTED int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv) {
    (void)pamh;
    (void)flags;
    (void)argc;
    (void)argv;
    return PAM_SUCCESS;
}
