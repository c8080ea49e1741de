-- What happened in labs is added to, row by row, and no more written anew as a whole. With each thing that
-- happened lies the trace of it.

CREATE TABLE lab_history (
	id     INTEGER PRIMARY KEY,
	seat   TEXT    NOT NULL,
	lab    TEXT    NOT NULL,
	number INTEGER NOT NULL, -- in the lab, rising
	trace  TEXT    NOT NULL, -- its id
	seen   BLOB    NOT NULL, -- JSON: what the lab saw
	record BLOB    NOT NULL, -- JSON: the trace, empty when there is none
	UNIQUE (seat, lab, number),
	FOREIGN KEY (seat, lab) REFERENCES lab_progress (seat, lab) ON DELETE CASCADE
);
CREATE INDEX lab_history_by_trace ON lab_history (seat, trace);
