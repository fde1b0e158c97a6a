-- What a gateway reports names a message by its id, and the gateway has an id of its own for it.
ALTER TABLE outbox ADD COLUMN gateway_id TEXT;
CREATE INDEX outbox_by_id ON outbox (id);
