CREATE TABLE lab_progress (
	seat       TEXT    NOT NULL, -- its name, which does not reveal its secret
	lab        TEXT    NOT NULL,
	state      BLOB    NOT NULL, -- JSON
	changed_at INTEGER NOT NULL,
	PRIMARY KEY (seat, lab)
) WITHOUT ROWID;
CREATE INDEX lab_progress_by_change ON lab_progress (changed_at);
