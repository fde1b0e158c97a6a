-- How many messages were sent lately, by the phone they went to and by what else has a limit. The rows are
-- nobody's: a user that is deleted and registered again has the same phone still.
--   kind   phone, range, service, account or country
--   name   which of them
--   slot   when the first of those that are counted together could have been sent
CREATE TABLE send_counts (
    kind  TEXT NOT NULL,
    name  TEXT NOT NULL,
    slot  INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (kind, name, slot)
) STRICT;
CREATE INDEX send_counts_by_age ON send_counts (kind, slot);
INSERT INTO send_counts (kind, name, slot, count)
    SELECT 'phone', users.phone_number, sends.ctime, count(*)
    FROM sends JOIN users ON users.id = sends.user_id
    GROUP BY users.phone_number, sends.ctime;
DROP TABLE sends;

-- By what a message was counted, beside its service: it is given back if the message is not sent.
ALTER TABLE outbox ADD COLUMN counted_phone TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN counted_range TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN counted_account TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN counted_country TEXT NOT NULL DEFAULT '';
