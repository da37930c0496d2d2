-- The search index on PostgreSQL. On SQLite it is a file of its own and nothing of it is here.
-- postgres:
CREATE TABLE search_message (
	conversation_id BIGINT NOT NULL,
	seq             BIGINT NOT NULL,
	sent_at         BIGINT NOT NULL,
	stream          TSVECTOR NOT NULL, -- tokens with their places
	tags            TSVECTOR NOT NULL, -- single characters, beginnings of words, conversation, sender
	PRIMARY KEY (conversation_id, seq)
);
-- A short list of pending entries: every query reads all of it.
CREATE INDEX search_message_tokens ON search_message USING GIN (stream, tags) WITH (gin_pending_list_limit = 1024);
CREATE INDEX search_message_newest ON search_message (sent_at, conversation_id, seq);

CREATE TABLE search_state (
	id                  BIGINT NOT NULL PRIMARY KEY, -- 1
	format              BIGINT NOT NULL,
	cursor_pos          BIGINT NOT NULL, -- what of the commit-ordered log is in the index
	cursor_conversation BIGINT NOT NULL,
	cursor_rev          BIGINT NOT NULL,
	secret              BYTEA NOT NULL -- seals places in results
);
