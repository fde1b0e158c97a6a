-- What else a person wants to know of a message.
--   problem  why the channel that it was given to last did not take it, or may not have; nothing of the message
--   used     whether the PIN in it let its user in
ALTER TABLE outbox ADD COLUMN problem TEXT;
ALTER TABLE outbox ADD COLUMN used INTEGER NOT NULL DEFAULT 0;

-- The rows of one user are found without reading the rest.
CREATE INDEX audit_by_user ON audit (user_id, sequence);
