-- What becomes of a message. Those of before were only ever shown: nobody sends them now.
--   state     shown, queued, sending, handed-over, delivered, failed, unknown or expired
--   expires   when the PIN in it ends; it is not sent from then on
--   tries     how often it was given to a channel; with the sequence, what a try is known by
--   next_try  when it may be given to one, while it is queued
--   lease     until when a try has to have ended: after that, nobody knows how it did
--   channel   the kind of the channel that it was given to last
--   place     which of the channels is next
--   refused   which of them took no message like it: a bit each, the first the lowest
--   resume    before when no channel wants to be asked again
ALTER TABLE outbox ADD COLUMN state TEXT NOT NULL DEFAULT 'shown';
ALTER TABLE outbox ADD COLUMN expires INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN next_try INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN lease INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN channel TEXT;
ALTER TABLE outbox ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN resume INTEGER NOT NULL DEFAULT 0;
CREATE INDEX outbox_waiting ON outbox (next_try) WHERE state = 'queued';
CREATE INDEX outbox_sending ON outbox (lease) WHERE state = 'sending';
