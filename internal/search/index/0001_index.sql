-- The search index of SQLite, in a file of its own. Everything here can be made anew from the store.

-- What a query looks through. A segment never changes; merges put new ones in the place of several.
CREATE TABLE search_segment (
	id         ID_PRIMARY_KEY,
	state      BIGINT NOT NULL, -- 0 a merge writes it, 1 live, 2 merged
	messages   BIGINT NOT NULL,
	newest     BIGINT NOT NULL, -- sent_at of its first message
	oldest     BIGINT NOT NULL, -- of its last
	touched_at BIGINT NOT NULL  -- of state 0: when its merge went on
);

-- The lists of terms, about 4 KB at a time: id is the segment << 24 plus a count.
CREATE TABLE search_block (
	id      ID_PRIMARY_KEY,
	segment BIGINT NOT NULL,
	term    BYTES NOT NULL, -- that the block begins with, and the message that its list begins with there
	data    BYTES NOT NULL
);
CREATE UNIQUE INDEX search_block_term ON search_block (segment, term);

-- Per message, newest first: the group of its conversation; its place. id is the segment << 24 plus the column << 23 plus a count.
CREATE TABLE search_column (
	id   ID_PRIMARY_KEY,
	data BYTES NOT NULL
);

-- Messages that were edited or recalled: what segments before one say of them is no more.
CREATE TABLE search_gone (
	conversation_id BIGINT NOT NULL,
	seq             BIGINT NOT NULL,
	before          BIGINT NOT NULL,
	sent_at         BIGINT NOT NULL, -- only segments with that time can have it
	noted_at        BIGINT NOT NULL,
	PRIMARY KEY (conversation_id, seq)
);

CREATE TABLE search_state (
	id                  BIGINT NOT NULL PRIMARY KEY, -- 1
	format              BIGINT NOT NULL,
	cursor_pos          BIGINT NOT NULL, -- what of the commit-ordered log is in the index
	cursor_conversation BIGINT NOT NULL,
	cursor_rev          BIGINT NOT NULL,
	last_segment        BIGINT NOT NULL,
	secret              BYTES NOT NULL -- seals places in results
);
