-- The log. On SQLite rows lie in the order of insertion, which is the order of commits, with a unique index on the pair; that
-- takes several times the inserts of a clustered table.
CREATE TABLE message (
	conversation_id BIGINT NOT NULL,
	seq             BIGINT NOT NULL,
	rev             BIGINT NOT NULL, -- of the posting
	last_rev        BIGINT NOT NULL, -- of its newest change
	content_rev     BIGINT NOT NULL, -- at which the content that stands here came in
	sender_id       BIGINT NOT NULL, -- 0: the system
	sent_at         BIGINT NOT NULL,
	edited_at       BIGINT NOT NULL,
	recalled_at     BIGINT NOT NULL,
	reply_to        BIGINT NOT NULL, -- seq, or 0
	client_key      BYTES NOT NULL,  -- 16 bytes, see conversation.ClientKey
	client_id       TEXT NOT NULL,   -- '' when the key is a UUID, which says it all
	request_hash    BYTES NOT NULL,
	content_type    TEXT NOT NULL,
	content         TEXT NOT NULL,   -- JSON
	mentions        TEXT NOT NULL,   -- ids and "all", comma separated
	reactions       TEXT NOT NULL,   -- JSON as clients see it, '' for none; derived from reaction
	salt            BYTES NOT NULL,
	hash            BYTES NOT NULL,  -- of the chain at rev
	PRIMARY KEY (conversation_id, seq)
);
CREATE UNIQUE INDEX message_client ON message (client_key, sender_id, conversation_id);

-- What edits and recalls replaced. The archive keeps it; nobody sees it in a conversation.
CREATE TABLE message_version (
	conversation_id BIGINT NOT NULL,
	seq             BIGINT NOT NULL,
	rev             BIGINT NOT NULL, -- at which this content came in
	replaced_rev    BIGINT NOT NULL,
	content_type    TEXT NOT NULL,
	content         TEXT NOT NULL,
	mentions        TEXT NOT NULL,
	salt            BYTES NOT NULL,
	PRIMARY KEY (conversation_id, seq, rev)
);

CREATE TABLE reaction (
	conversation_id BIGINT NOT NULL,
	seq             BIGINT NOT NULL,
	emoji           BINARY_TEXT NOT NULL,
	person_id       BIGINT NOT NULL,
	rev             BIGINT NOT NULL, -- order of arrival
	PRIMARY KEY (conversation_id, seq, emoji, person_id)
-- sqlite:
) WITHOUT ROWID;
-- postgres:
);
-- both:

CREATE TABLE pin (
	conversation_id BIGINT NOT NULL,
	seq             BIGINT NOT NULL,
	person_id       BIGINT NOT NULL,
	at              BIGINT NOT NULL,
	PRIMARY KEY (conversation_id, seq)
);
