-- Classes, and the people in them.

CREATE TABLE classes (
	id        TEXT    PRIMARY KEY,
	name      TEXT    NOT NULL,
	opened_at INTEGER NOT NULL,
	closed_at INTEGER NOT NULL, -- 0 while the class is open
	state     BLOB    NOT NULL  -- JSON
);

CREATE TABLE class_people (
	class     TEXT    NOT NULL REFERENCES classes (id) ON DELETE CASCADE,
	id        TEXT    NOT NULL, -- public
	seat      TEXT    NOT NULL UNIQUE, -- by a name that does not open it
	sealed    BLOB    NOT NULL, -- the seat, encrypted with a secret of the site
	state     BLOB    NOT NULL, -- JSON: the name, and what the person said
	joined_at INTEGER NOT NULL,
	PRIMARY KEY (class, id)
);
