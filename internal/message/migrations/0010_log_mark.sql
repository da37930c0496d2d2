-- When the commit-ordered log was how far. What stands in it below the oldest mark may have been removed.
CREATE TABLE log_mark (
	at  BIGINT NOT NULL PRIMARY KEY,
	pos BIGINT NOT NULL -- of an entry that stays, with everything below it durable; 0 for the first mark
);
INSERT INTO log_mark (at, pos) VALUES (0, 0);
