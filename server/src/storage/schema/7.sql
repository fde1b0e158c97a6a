-- What is secret is encrypted, in columns of bytes: sealed.rs has the list. What a phone is found and counted by
-- is a keyed hash of its number.

-- The keys that anything here is encrypted under, by their ids; the newest has the highest sequence.
--   needed  whether anything may be encrypted under it still
--   fixed   whether a server was started last with what only another start changes: a credential
CREATE TABLE keys (
    sequence INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    ctime    INTEGER NOT NULL,
    needed   INTEGER NOT NULL DEFAULT 1,
    fixed    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What phone numbers are hashed with.
CREATE TABLE hash_keys (
    id     TEXT PRIMARY KEY,
    secret BLOB NOT NULL
) STRICT;

-- What was kept in the clear and waits to be encrypted, a few rows at a time. The last row stands for what earlier
-- rows have left behind in a file.
CREATE TABLE plain_values (
    sequence INTEGER PRIMARY KEY,
    place    TEXT NOT NULL,
    row_id   TEXT NOT NULL,
    text     TEXT,
    bytes    BLOB
) STRICT;
INSERT INTO plain_values (place, row_id, text) SELECT 'users.phone_number', id, phone_number FROM users;
INSERT INTO plain_values (place, row_id, text)
    SELECT 'challenges.pin', user_id, pin FROM challenges WHERE pin IS NOT NULL;
INSERT INTO plain_values (place, row_id, bytes)
    SELECT 'enrolments.secret', user_id, secret FROM enrolments WHERE secret IS NOT NULL;
INSERT INTO plain_values (place, row_id, bytes)
    SELECT 'enrolments.candidate', user_id, candidate FROM enrolments WHERE candidate IS NOT NULL;
INSERT INTO plain_values (place, row_id, text) SELECT 'outbox.phone_number', id, phone_number FROM outbox;
INSERT INTO plain_values (place, row_id, text) SELECT 'outbox.text', id, text FROM outbox;
INSERT INTO plain_values (place, row_id, text) SELECT 'outbox.pin', id, pin FROM outbox;
INSERT INTO plain_values (place, row_id, text)
    SELECT DISTINCT 'send_counts.name', '', name FROM send_counts WHERE kind IN ('phone', 'range');
INSERT INTO plain_values (place, row_id) SELECT 'file', ''
    WHERE EXISTS (SELECT 1 FROM accounts) OR EXISTS (SELECT 1 FROM audit);

ALTER TABLE users RENAME COLUMN phone_number TO phone_number_key;
ALTER TABLE users ADD COLUMN phone_number BLOB;
ALTER TABLE challenges DROP COLUMN pin;
ALTER TABLE challenges ADD COLUMN pin BLOB;
UPDATE enrolments SET secret = NULL, candidate = NULL;
ALTER TABLE outbox DROP COLUMN phone_number;
ALTER TABLE outbox DROP COLUMN text;
ALTER TABLE outbox DROP COLUMN pin;
ALTER TABLE outbox ADD COLUMN phone_number BLOB;
ALTER TABLE outbox ADD COLUMN text BLOB;
ALTER TABLE outbox ADD COLUMN pin BLOB;
-- What waits to be sent at this moment counts, whatever becomes of it.
UPDATE outbox SET counted_phone = '', counted_range = '';
