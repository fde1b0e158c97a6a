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
UPDATE OR IGNORE services SET fqdn_key = rtrim(fqdn_key, '.');
