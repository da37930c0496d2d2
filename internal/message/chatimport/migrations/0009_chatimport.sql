-- What the keys of a source became.
CREATE TABLE import_reference (
	source TEXT NOT NULL,
	kind   TEXT NOT NULL, -- person | conversation
	name   BINARY_TEXT NOT NULL,
	id     BIGINT NOT NULL,
	PRIMARY KEY (source, kind, name)
);

-- How far a file was read whose import has not ended.
CREATE TABLE import_progress (
	source TEXT NOT NULL PRIMARY KEY,
	first  BYTES NOT NULL,  -- SHA-256 of its first line
	line   BIGINT NOT NULL, -- everything up to here is stored
	hash   BYTES NOT NULL   -- SHA-256 of everything up to here
);
