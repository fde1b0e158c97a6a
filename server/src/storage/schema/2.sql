-- A login by app and one by SMS may be under way at a time: the newest has the highest sequence. What a
-- lock ended is spent.
CREATE TABLE challenges_by_method (
    user_id  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    method   TEXT NOT NULL CHECK (method IN ('totp', 'sms')),
    sequence INTEGER NOT NULL,
    id       TEXT NOT NULL,
    pin      TEXT,
    ctime    INTEGER NOT NULL,
    checks   INTEGER NOT NULL DEFAULT 0,
    spent    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, method)
) STRICT;
INSERT INTO challenges_by_method (user_id, method, sequence, id, pin, ctime, checks, spent)
    SELECT user_id, method, 1, id, pin, ctime, checks, spent FROM challenges;
DROP TABLE challenges;
ALTER TABLE challenges_by_method RENAME TO challenges;
UPDATE challenges SET spent = 1, pin = NULL
    WHERE user_id IN (SELECT id FROM users WHERE failures >= 100);

-- Of what a service calls a user, case counts; of a host name, neither case nor the final dot. Two
-- services that differed in that dot stay two.
UPDATE users SET id_in_service_key = id_in_service;
UPDATE services SET fqdn_key = rtrim(fqdn_key, '.')
    WHERE fqdn_key LIKE '%.' AND NOT EXISTS
        (SELECT 1 FROM services AS other
         WHERE other.account = services.account AND other.fqdn_key = rtrim(services.fqdn_key, '.'));

-- What is listed and cleaned is found without reading the rest.
CREATE TABLE numbered_sends (
    sequence INTEGER PRIMARY KEY,
    user_id  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    ctime    INTEGER NOT NULL
) STRICT;
INSERT INTO numbered_sends (user_id, ctime) SELECT user_id, ctime FROM sends;
DROP TABLE sends;
ALTER TABLE numbered_sends RENAME TO sends;
CREATE INDEX sends_by_user ON sends (user_id);
CREATE INDEX sends_by_age ON sends (ctime);
CREATE INDEX users_by_age ON users (service_id, ctime, id);
CREATE INDEX challenges_by_age ON challenges (ctime);
CREATE INDEX outbox_by_age ON outbox (ctime);
CREATE INDEX outbox_by_user ON outbox (user_id);

-- A service that is deleted is gone at once for everybody; its users go a few at a time.
ALTER TABLE services ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX deleted_services ON services (id) WHERE deleted = 1;

-- Nobody pushes the rows of another out: each trail has a length of its own. A row may stand for several
-- equal events.
CREATE TABLE audit_trails (
    sequence   INTEGER PRIMARY KEY,
    trail      TEXT NOT NULL,
    ctime      INTEGER NOT NULL,
    account    TEXT,
    operation  TEXT NOT NULL,
    service_id TEXT,
    user_id    TEXT,
    outcome    TEXT NOT NULL,
    address    TEXT,
    count      INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO audit_trails (trail, ctime, account, operation, service_id, user_id, outcome)
    SELECT CASE WHEN account IS NULL THEN 'administration' ELSE 'account/' || account END,
        ctime, account, operation, service_id, user_id, outcome
    FROM audit ORDER BY sequence;
DROP TABLE audit;
ALTER TABLE audit_trails RENAME TO audit;
CREATE INDEX audit_by_trail ON audit (trail, sequence);

-- Written to find out whether anything can be written.
CREATE TABLE readiness (
    id    INTEGER PRIMARY KEY,
    ctime INTEGER NOT NULL
) STRICT;

-- Users whose phone number may be in an old spelling: it is looked at once, a few at a time.
CREATE TABLE old_phone_numbers (
    user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE
) STRICT;
INSERT INTO old_phone_numbers SELECT id FROM users;

-- Where everything here was moved to, or is being moved from: no server may serve it then.
CREATE TABLE moves (
    id     INTEGER PRIMARY KEY,
    source TEXT,
    target TEXT
) STRICT;
