-- Copies of traces that their owners gave out for slides. Whoever knows the id can see one.

CREATE TABLE embeds (
	id      TEXT    PRIMARY KEY,
	seat    TEXT    NOT NULL, -- of the owner, by a name that does not open it
	trace   TEXT    NOT NULL, -- id of the one that was copied
	record  BLOB    NOT NULL, -- JSON: the copy
	made_at INTEGER NOT NULL,
	UNIQUE (seat, trace)
);
