-- The search index of SQLite. Everything here can be made anew from the store.
CREATE VIRTUAL TABLE search_text USING fts5(stream, tags, content='', contentless_delete=1, tokenize='ascii');

-- Which message a row of search_text is. id is the day of sent_at (days since 1970) << 27 plus a count within the day, so that the
-- order of ids is the order of days and neighbours have neighbouring ids, which is what keeps the index small.
CREATE TABLE search_message (
	id              INTEGER PRIMARY KEY,
	conversation_id BIGINT NOT NULL,
	seq             BIGINT NOT NULL
);
CREATE UNIQUE INDEX search_message_address ON search_message (conversation_id, seq);

-- Words of more than four characters, to complete a beginning.
CREATE TABLE search_word (word TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE search_state (
	id                  BIGINT NOT NULL PRIMARY KEY, -- 1
	format              BIGINT NOT NULL,
	cursor_pos          BIGINT NOT NULL, -- what of the commit-ordered log is in the index
	cursor_conversation BIGINT NOT NULL,
	cursor_rev          BIGINT NOT NULL,
	secret              BLOB NOT NULL -- seals places in results
);
