CREATE TABLE audit_record (
	node       BIGINT NOT NULL,
	n          BIGINT NOT NULL, -- place in the node's chain, from 1, without holes
	at         BIGINT NOT NULL,
	person_id  BIGINT NOT NULL, -- 0: the system or somebody who is not signed in
	session_id BIGINT NOT NULL,
	system     TEXT NOT NULL,   -- part of the product that acted, '' for people
	address    TEXT NOT NULL,
	action     BINARY_TEXT NOT NULL,
	object     BINARY_TEXT NOT NULL,
	detail     TEXT NOT NULL,   -- JSON or ''
	hash       BYTES NOT NULL,
	PRIMARY KEY (node, n)
);
CREATE INDEX audit_record_at ON audit_record (at, node, n);
CREATE INDEX audit_record_person ON audit_record (person_id, at, node, n);
CREATE INDEX audit_record_object ON audit_record (object, at, node, n);

CREATE TABLE audit_head (
	node BIGINT NOT NULL PRIMARY KEY,
	n    BIGINT NOT NULL,
	hash BYTES NOT NULL
);

CREATE TABLE audit_root (
	node      BIGINT NOT NULL,
	n         BIGINT NOT NULL, -- from 1, without holes
	at        BIGINT NOT NULL,
	leaves    BYTES NOT NULL,  -- the heads that moved, 49 bytes each
	root      BYTES NOT NULL,  -- Merkle root of the leaves
	id        BYTES NOT NULL,  -- hash of what is signed; the next root holds it
	public    BYTES NOT NULL,
	signature BYTES NOT NULL,
	PRIMARY KEY (node, n)
);

CREATE TABLE audit_key (
	public     BYTES NOT NULL PRIMARY KEY,
	node       BIGINT NOT NULL,
	created_at BIGINT NOT NULL
);

-- How far the heads of other chains have been taken into roots.
CREATE TABLE audit_source (
	node BIGINT NOT NULL,
	kind BIGINT NOT NULL,
	pos  BIGINT NOT NULL,
	PRIMARY KEY (node, kind)
);
