-- Which objects there are and how many things refer to each.
CREATE TABLE blob (
	digest      BYTES NOT NULL PRIMARY KEY, -- SHA-256 of the content
	size        BIGINT NOT NULL,
	refs        BIGINT NOT NULL,
	released_at BIGINT NOT NULL -- since when refs is 0, as far as anybody knows; meaningless while refs > 0
);
CREATE INDEX blob_released ON blob (refs, released_at);
