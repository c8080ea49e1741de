-- What servers without a front have seen, so that each can show it. It is lossy on purpose: a crash of the database
-- empties these tables, and a write waits for no disk.
CREATE UNLOGGED TABLE traces (
	number BIGINT PRIMARY KEY, -- rises from one to the next; about the time, in microseconds since 1970
	seat   TEXT   NOT NULL,    -- by a name that does not open it
	id     TEXT   NOT NULL COLLATE "C",
	record TEXT   NOT NULL,    -- the packed trace
	UNIQUE (seat, id)
);
CREATE INDEX traces_by_seat ON traces (seat, number);

CREATE UNLOGGED TABLE traces_cleared (
	seat   TEXT   PRIMARY KEY,
	up_to  BIGINT NOT NULL, -- the number of the newest that was cleared
	hidden BIGINT NOT NULL, -- how many that were
	at_ms  BIGINT NOT NULL  -- when, in milliseconds since 1970
);
