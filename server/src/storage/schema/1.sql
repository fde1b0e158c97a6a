-- Times are milliseconds since 1970-01-01T00:00:00Z. A column called *_key holds the text as it is
-- compared: trimmed and in lower case.

CREATE TABLE accounts (
    name          TEXT PRIMARY KEY,
    name_key      TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    ctime         INTEGER NOT NULL
) STRICT;

CREATE TABLE services (
    id       TEXT PRIMARY KEY,
    account  TEXT NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
    fqdn     TEXT NOT NULL,
    fqdn_key TEXT NOT NULL,
    name     TEXT NOT NULL,
    ctime    INTEGER NOT NULL,
    UNIQUE (account, fqdn_key)
) STRICT;

CREATE TABLE users (
    id                TEXT PRIMARY KEY,
    service_id        TEXT NOT NULL REFERENCES services (id) ON DELETE CASCADE,
    phone_number      TEXT NOT NULL,
    id_in_service     TEXT NOT NULL,
    id_in_service_key TEXT NOT NULL,
    ctime             INTEGER NOT NULL,
    failures          INTEGER NOT NULL DEFAULT 0,
    last_failure      INTEGER NOT NULL DEFAULT 0,
    UNIQUE (service_id, id_in_service_key),
    UNIQUE (service_id, phone_number)
) STRICT;

-- The challenge started last for a user. The PIN goes when it is spent; the row stays for a while,
-- so that a replay is denied like a wrong code.
CREATE TABLE challenges (
    user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    id      TEXT NOT NULL,
    method  TEXT NOT NULL CHECK (method IN ('totp', 'sms')),
    pin     TEXT,
    ctime   INTEGER NOT NULL,
    checks  INTEGER NOT NULL DEFAULT 0,
    spent   INTEGER NOT NULL DEFAULT 0
) STRICT;

-- `secret` is confirmed and used for logins; `candidate` waits for its first code.
CREATE TABLE enrolments (
    user_id   TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret    BLOB,
    last_step INTEGER NOT NULL DEFAULT -1,
    candidate BLOB
) STRICT;

CREATE TABLE sends (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    ctime   INTEGER NOT NULL
) STRICT;
CREATE INDEX sends_by_user ON sends (user_id);

CREATE TABLE outbox (
    sequence     INTEGER PRIMARY KEY,
    id           TEXT NOT NULL,
    service_id   TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    phone_number TEXT NOT NULL,
    text         TEXT NOT NULL,
    pin          TEXT NOT NULL,
    ctime        INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    sequence   INTEGER PRIMARY KEY,
    ctime      INTEGER NOT NULL,
    account    TEXT,
    operation  TEXT NOT NULL,
    service_id TEXT NOT NULL,
    user_id    TEXT,
    outcome    TEXT NOT NULL
) STRICT;
