-- A conversation: what seldom changes. What changes with every message stands in conversation_head.
CREATE TABLE conversation (
	id           ID_PRIMARY_KEY,
	kind         TEXT NOT NULL,        -- direct | group | channel
	name         TEXT NOT NULL,
	name_key     BINARY_TEXT NOT NULL, -- folded name, for browsing
	purpose      TEXT NOT NULL,
	creator_id   BIGINT NOT NULL,
	client_key   BYTES NOT NULL,       -- of the creating request
	request_hash BYTES NOT NULL,
	low_id       BIGINT NOT NULL,      -- the two people of a direct conversation, else 0
	high_id      BIGINT NOT NULL,
	history      TEXT NOT NULL,        -- what newcomers may read: all | joined
	post_right   TEXT NOT NULL,        -- who may post: all | admins
	all_right    TEXT NOT NULL,        -- who may mention everybody: all | admins
	member_rev   BIGINT NOT NULL,      -- counts changes of membership
	member_count BIGINT NOT NULL,
	window_seq   BIGINT NOT NULL,      -- newest first_seq of any member: everybody may read from here on
	filled       BIGINT NOT NULL,      -- 1 when everybody named at the creation is in
	archived_at  BIGINT NOT NULL,
	created_at   BIGINT NOT NULL
);
CREATE UNIQUE INDEX conversation_client ON conversation (client_key, creator_id);
CREATE INDEX conversation_channel ON conversation (name_key, id) WHERE kind = 'channel';

CREATE TABLE direct_pair (
	low_id          BIGINT NOT NULL,
	high_id         BIGINT NOT NULL,
	conversation_id BIGINT NOT NULL,
	PRIMARY KEY (low_id, high_id)
);

-- The hot row: who locks it orders the conversation's log.
CREATE TABLE conversation_head (
	conversation_id ID_PRIMARY_KEY,
	last_seq        BIGINT NOT NULL,
	rev             BIGINT NOT NULL,
	hash            BYTES NOT NULL,  -- head of the chain at rev
	pos             BIGINT NOT NULL, -- position of the newest change in the commit-ordered log
	updated_at      BIGINT NOT NULL,
	uncounted_seq   BIGINT NOT NULL, -- newest message that is in nobody's unread count
	all_seq         BIGINT NOT NULL, -- newest message that mentions everybody
	last_sender     BIGINT NOT NULL, -- the message at last_seq, for lists
	last_at         BIGINT NOT NULL,
	last_type       TEXT NOT NULL,
	last_excerpt    TEXT NOT NULL
-- sqlite:
);
-- postgres:
) WITH (fillfactor = 50);
-- both:

CREATE TABLE member (
	conversation_id BIGINT NOT NULL,
	person_id       BIGINT NOT NULL,
	role            TEXT NOT NULL,   -- owner | admin | member
	joined_at       BIGINT NOT NULL,
	joined_seq      BIGINT NOT NULL, -- last_seq when she joined: nothing up to it counts as unread or in receipts
	first_seq       BIGINT NOT NULL, -- oldest message she may read
	left_at         BIGINT NOT NULL, -- 0 while she is a member
	read_seq        BIGINT NOT NULL,
	receipt_seq     BIGINT NOT NULL, -- never goes back while she is a member
	receipt_from    BIGINT NOT NULL, -- first message of the span that ends at receipt_seq; older spans are in receipt_span
	receipt_at      BIGINT NOT NULL,
	own_from        BIGINT NOT NULL, -- no own message lies between read_seq and this one; 0: none after read_seq
	mention_seq     BIGINT NOT NULL, -- newest message that mentions her
	muted           BIGINT NOT NULL,
	pinned          BIGINT NOT NULL,
	person_rev      BIGINT NOT NULL, -- her person_rev at the newest change that only she sees
-- sqlite:
	PRIMARY KEY (conversation_id, person_id)
) WITHOUT ROWID;
-- postgres:
	PRIMARY KEY (conversation_id, person_id)
) WITH (fillfactor = 70);
-- both:
CREATE INDEX member_person ON member (person_id, left_at, conversation_id);

-- Counts the changes that only one person sees.
CREATE TABLE person_state (
	person_id ID_PRIMARY_KEY,
	rev       BIGINT NOT NULL
);

-- Read at once: from and to inclusive.
CREATE TABLE receipt_span (
	conversation_id BIGINT NOT NULL,
	person_id       BIGINT NOT NULL,
	from_seq        BIGINT NOT NULL,
	to_seq          BIGINT NOT NULL,
	at              BIGINT NOT NULL,
	PRIMARY KEY (conversation_id, person_id, from_seq)
);

-- System and recalled messages: they have a seq and are in nobody's unread count.
CREATE TABLE uncounted (
	conversation_id BIGINT NOT NULL,
	seq             BIGINT NOT NULL,
	PRIMARY KEY (conversation_id, seq)
);

-- Who is mentioned where, members only; person 0 is everybody.
CREATE TABLE mention (
	person_id       BIGINT NOT NULL,
	conversation_id BIGINT NOT NULL,
	seq             BIGINT NOT NULL,
	sender_id       BIGINT NOT NULL,
	PRIMARY KEY (person_id, conversation_id, seq)
);

-- Every change that members can see and that is not a new message. Messages take the revs between these rows:
-- the message with seq = seq_at + k has rev = rev + k, up to the next row.
CREATE TABLE change (
	conversation_id BIGINT NOT NULL,
	rev             BIGINT NOT NULL,
	kind            TEXT NOT NULL,
	seq             BIGINT NOT NULL, -- the message it is about, or 0
	seq_at          BIGINT NOT NULL, -- last_seq when it happened
	payload         TEXT NOT NULL,   -- JSON
	actor_id        BIGINT NOT NULL,
	at              BIGINT NOT NULL,
	salt            BYTES NOT NULL,
	hash            BYTES NOT NULL,
	PRIMARY KEY (conversation_id, rev)
);

-- The commit-ordered log: which part of a conversation a transaction wrote. Readers of the whole log follow it.
CREATE TABLE log_entry (
	pos             BIGINT NOT NULL,
	conversation_id BIGINT NOT NULL,
	first_rev       BIGINT NOT NULL,
	last_rev        BIGINT NOT NULL,
	first_seq       BIGINT NOT NULL, -- > last_seq when no message was added
	last_seq        BIGINT NOT NULL,
	PRIMARY KEY (pos, conversation_id, first_rev)
-- sqlite:
) WITHOUT ROWID;
-- postgres:
);
