#include "exemptions.h"

#include <arpa/inet.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define SEPARATORS ", \t"

/* Takes the next word out of a list; NULL at its end. */
static char *next_word(char **rest) {
    char *word;

    while ((word = strsep(rest, SEPARATORS)) != NULL && word[0] == '\0')
        ;
    return word;
}

/* An address of either kind as one of IPv6, in which those of IPv4 have their place. */
static bool parse_address(const char *text, unsigned char address[16], bool *is_v4) {
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

    if (inet_pton(AF_INET, text, address + 12) == 1) {
        memcpy(address, mapped, sizeof mapped);
        *is_v4 = true;
        return true;
    }
    *is_v4 = false;
    return inet_pton(AF_INET6, text, address) == 1;
}

struct network {
    unsigned char address[16];
    int bits;
};

/* "192.0.2.0/24", "2001:db8::/32" or an address alone. */
static bool parse_network(const char *text, struct network *network) {
    char address[INET6_ADDRSTRLEN], *end = NULL;
    size_t length = strcspn(text, "/");
    bool is_v4;
    long bits, most;

    if (length >= sizeof address)
        return false;
    memcpy(address, text, length);
    address[length] = '\0';
    if (!parse_address(address, network->address, &is_v4))
        return false;
    bits = most = is_v4 ? 32 : 128;
    if (text[length] == '/') {
        const char *digits = text + length + 1;

        if (digits[0] < '0' || digits[0] > '9')
            return false;
        bits = strtol(digits, &end, 10);
        if (*end != '\0' || bits > most)
            return false;
    }
    network->bits = (int)(is_v4 ? bits + 96 : bits);
    return true;
}

static bool contains(const struct network *network, const unsigned char address[16]) {
    int whole = network->bits / 8, rest = network->bits % 8;

    return memcmp(network->address, address, (size_t)whole) == 0 &&
           (rest == 0 || ((network->address[whole] ^ address[whole]) >> (8 - rest)) == 0);
}

/* A name, or nothing, is never in the list: whoever owns a name can make it lead anywhere. */
static bool is_listed_address(char *rest, const char *address, bool *listed,
                              struct problem *problem) {
    unsigned char bytes[16];
    bool is_v4, is_address = parse_address(address, bytes, &is_v4);
    struct network network;
    char *word;

    *listed = false;
    while ((word = next_word(&rest)) != NULL) {
        if (!parse_network(word, &network))
            return wrong(problem,
                         "exempt-addresses: %s is no address and no network such as 192.0.2.0/24",
                         QUOTED(word));
        if (is_address && contains(&network, bytes))
            *listed = true;
    }
    return true;
}

/* The groups of a user, for free(); NULL if the system does not know the user. */
static gid_t *groups_of(const char *user, int *count) {
    /*
     * By the name that the system itself has for it: asked for by another form of it, a directory
     * may know the user and none of the groups.
     */
    const struct passwd *entry = getpwnam(user);
    gid_t *groups = NULL, *larger;
    int room = 64;

    while (entry != NULL) {
        larger = realloc(groups, (size_t)room * sizeof *groups);
        if (larger == NULL)
            break;
        groups = larger;
        *count = room;
        if (getgrouplist(entry->pw_name, entry->pw_gid, groups, count) >= 0)
            return groups;
        room = *count > room ? *count : 2 * room;
        if (room > 1 << 20)
            break;
    }
    free(groups);
    return NULL;
}

/*
 * Writes whether the user is in one of the groups. A group that is not there is a problem: it may
 * have been mistyped, or the directory that has it may be away, and then nobody would seem to be in
 * it.
 */
static bool is_member(const char *filter, char *rest, const gid_t *groups, int count, bool *member,
                      struct problem *problem) {
    char *word;

    *member = false;
    while ((word = next_word(&rest)) != NULL) {
        const struct group *group = getgrnam(word);

        if (group == NULL)
            return wrong(problem, "%s: there is no group %s", filter, QUOTED(word));
        for (int i = 0; i < count; i++)
            if (groups[i] == group->gr_gid)
                *member = true;
    }
    return true;
}

/* Runs a check on a copy of a list, which it takes apart. */
#define ON_COPY_OF(list, check)                                                                    \
    char *copy = strdup(list);                                                                     \
    bool is_right = copy != NULL ? (check) : wrong(problem, "there is no memory for a filter");    \
    free(copy);                                                                                    \
    return is_right

static bool is_from_listed_address(const char *list, const char *address, bool *listed,
                                   struct problem *problem) {
    ON_COPY_OF(list, is_listed_address(copy, address, listed, problem));
}

static bool is_in_listed_group(const char *filter, const char *list, const gid_t *groups, int count,
                               bool *member, struct problem *problem) {
    ON_COPY_OF(list, is_member(filter, copy, groups, count, member, problem));
}

static bool exempts_by_group(const struct settings *settings, const char *user, bool *exempt,
                             char *why, size_t why_size, struct problem *problem) {
    int count = 0;
    gid_t *groups = groups_of(user, &count);
    bool is_known = groups != NULL, asked = true, excepted = false, is_right = true;

    if (!is_known)
        count = 0;
    if (settings->groups != NULL)
        is_right = is_in_listed_group("groups", settings->groups, groups, count, &asked, problem);
    if (is_right && settings->exempt_groups != NULL)
        is_right = is_in_listed_group("exempt-groups", settings->exempt_groups, groups, count,
                                      &excepted, problem);
    free(groups);
    /* Whom the system does not know has no groups, and is asked. */
    if (is_right && is_known && (excepted || !asked)) {
        *exempt = true;
        snprintf(why, why_size, "%s", excepted ? "a group of exempt-groups" : "no group of groups");
    }
    return is_right;
}

bool exempts(const struct settings *settings, const char *user, const char *address, bool *exempt,
             char *why, size_t why_size, struct problem *problem) {
    bool listed = false;

    *exempt = false;
    if ((settings->groups != NULL || settings->exempt_groups != NULL) &&
        !exempts_by_group(settings, user, exempt, why, why_size, problem))
        return false;
    if (settings->exempt_addresses != NULL) {
        if (!is_from_listed_address(settings->exempt_addresses, address, &listed, problem))
            return false;
        if (listed) {
            *exempt = true;
            snprintf(why, why_size, "an address of exempt-addresses");
        }
    }
    return true;
}
