-- What is listed and cleaned is found without reading the rest.

CREATE INDEX users_by_age ON users (service_id, ctime, id);
CREATE INDEX challenges_by_age ON challenges (ctime);
CREATE INDEX outbox_by_age ON outbox (ctime);
CREATE INDEX outbox_by_user ON outbox (user_id);

ALTER TABLE sends RENAME TO unnumbered_sends;
DROP INDEX sends_by_user;
CREATE TABLE sends (
    sequence INTEGER PRIMARY KEY,
    user_id  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    ctime    INTEGER NOT NULL
) STRICT;
INSERT INTO sends (user_id, ctime) SELECT user_id, ctime FROM unnumbered_sends;
DROP TABLE unnumbered_sends;
CREATE INDEX sends_by_user ON sends (user_id);
CREATE INDEX sends_by_age ON sends (ctime);

-- A service that is deleted is gone at once for everybody; its users go a few at a time.
ALTER TABLE services ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX deleted_services ON services (id) WHERE deleted = 1;
CREATE INDEX services_by_account ON services (account);

-- The trail of one account is kept whatever others do.
CREATE INDEX audit_by_account ON audit (account, sequence);

-- Written to find out whether anything can be written.
CREATE TABLE readiness (
    id    INTEGER PRIMARY KEY,
    ctime INTEGER NOT NULL
) STRICT;
