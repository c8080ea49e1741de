-- Wrong passwords and passcodes, in buckets that drain with time.

CREATE TABLE attempts (
	bucket  BLOB    PRIMARY KEY, -- SHA-256 of what is counted
	ends_ms INTEGER NOT NULL     -- when it is empty again, in milliseconds since 1970
) WITHOUT ROWID;
CREATE INDEX attempts_by_end ON attempts (ends_ms);
