-- What processes that share the database go by together, and how far each has come.

CREATE TABLE agreement (
	id       INTEGER PRIMARY KEY CHECK (id = 1),
	version  INTEGER NOT NULL, -- one more with each change of the settings or of the keys
	settings BLOB    NOT NULL  -- JSON, of servers that run alone; empty before the first
);
INSERT INTO agreement (id, version, settings) VALUES (1, 1, x'');

CREATE TABLE followers (
	id      TEXT    PRIMARY KEY, -- drawn at the start of a process
	name    TEXT    NOT NULL,    -- for people
	beats   INTEGER NOT NULL,    -- rises as long as it lives
	version INTEGER NOT NULL     -- of the agreement that it goes by
);
