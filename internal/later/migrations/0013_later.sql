CREATE TABLE later (
	person_id       BIGINT NOT NULL,
	conversation_id BIGINT NOT NULL,
	seq             BIGINT NOT NULL,
	rev             BIGINT NOT NULL, -- of its newest change: the order of the list
	kept_at         BIGINT NOT NULL,
	done_at         BIGINT NOT NULL, -- 0: open
	remind_at       BIGINT NOT NULL, -- 0: no reminder, or it was told
	reminded_at     BIGINT NOT NULL, -- 0: nothing is due; of open ones only
	PRIMARY KEY (person_id, conversation_id, seq)
);
CREATE INDEX later_order ON later (person_id, rev);
CREATE INDEX later_remind ON later (remind_at);

-- One row a person: its lock orders the changes of her list.
CREATE TABLE later_list (
	person_id BIGINT NOT NULL PRIMARY KEY,
	rev       BIGINT NOT NULL
);
