CREATE TABLE setting (
	name       BINARY_TEXT NOT NULL PRIMARY KEY,
	value      TEXT NOT NULL, -- JSON
	updated_at BIGINT NOT NULL
);

-- One row: counts the changes, and is what two of them wait for.
CREATE TABLE setting_version (version BIGINT NOT NULL);
INSERT INTO setting_version (version) VALUES (0);
