-- What lets a user in once without phone and app. Of the codes only hashes are kept.
CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash    BLOB NOT NULL,
    PRIMARY KEY (user_id, hash)
) STRICT;

-- An account's services are listed without reading those of others.
CREATE INDEX services_by_age ON services (account, ctime, id);
