-- Links by which users set their apps up, one a user at most. Of what a link is known by only a hash is kept.
--   expires  when it ends
--   uses     how often a secret was shown by it, or a code was wrong
--   spent    whether an app was confirmed since
CREATE TABLE enrolment_links (
    user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    hash    BLOB NOT NULL UNIQUE,
    expires INTEGER NOT NULL,
    uses    INTEGER NOT NULL DEFAULT 0,
    spent   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX enrolment_links_by_end ON enrolment_links (expires);
