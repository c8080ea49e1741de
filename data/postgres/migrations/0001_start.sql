-- Times are whole seconds since 1970, UTC, unless a name says otherwise. Names that are sorted are sorted by their bytes.

CREATE TABLE twodoors (
	tables INTEGER NOT NULL -- number of the last migration that ran
);
INSERT INTO twodoors (tables) VALUES (0);

CREATE TABLE users (
	id                 BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	username           TEXT    NOT NULL,        -- as its owner wrote it
	folded             TEXT    NOT NULL UNIQUE, -- as it is compared
	password_hash      TEXT    NOT NULL,        -- argon2id, with its parameters and salt
	role               TEXT    NOT NULL CHECK (role IN ('user', 'admin')),
	disabled           BOOLEAN NOT NULL DEFAULT FALSE,
	session_generation BIGINT  NOT NULL DEFAULT 1, -- one more ends every session made before
	created_at         BIGINT  NOT NULL
);

CREATE TABLE sessions (
	id_hash    TEXT   PRIMARY KEY, -- never the id itself: a stolen copy opens nothing
	user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	data       BYTEA  NOT NULL,
	expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE signing_keys (
	id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- a newer key has a greater one
	kid        TEXT   NOT NULL UNIQUE,
	alg        TEXT   NOT NULL, -- one key, one algorithm (RFC 8725 section 3.1)
	secret     BYTEA  NOT NULL, -- HMAC secret, or the private key as PKCS #8
	created_at BIGINT NOT NULL,
	retired_at BIGINT           -- from then on it verifies nothing
);

CREATE TABLE secrets (
	name  TEXT  PRIMARY KEY,
	value BYTEA NOT NULL
);

CREATE TABLE refresh_families (
	id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	expires_at BIGINT NOT NULL, -- whatever happens in between (RFC 9700 section 4.14)
	ended_at   BIGINT           -- by logout, theft or a new password
);
CREATE INDEX refresh_families_by_user ON refresh_families (user_id);
CREATE INDEX refresh_families_by_expiry ON refresh_families (expires_at);

CREATE TABLE refresh_tokens (
	hash           BYTEA  PRIMARY KEY, -- SHA-256; never the token itself
	family_id      BIGINT NOT NULL REFERENCES refresh_families (id) ON DELETE CASCADE,
	expires_at     BIGINT NOT NULL,
	spent_ms       BIGINT,             -- milliseconds since 1970
	successor_hash BYTEA               -- of the one that was given for it
);
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family_id);

CREATE TABLE revoked_tokens (
	jti        TEXT   PRIMARY KEY, -- the token's id: its text can be spelled in several ways
	expires_at BIGINT NOT NULL     -- of the token
);
CREATE INDEX revoked_tokens_by_expiry ON revoked_tokens (expires_at);

-- How many tokens each key has signed, by when they expire. Nothing says whose they are.
CREATE TABLE issued_tokens (
	kid        TEXT   NOT NULL,
	expires_at BIGINT NOT NULL,
	tokens     BIGINT NOT NULL,
	PRIMARY KEY (kid, expires_at)
);
CREATE INDEX issued_tokens_by_expiry ON issued_tokens (expires_at);

CREATE TABLE lab_progress (
	seat       TEXT   NOT NULL, -- its name, which does not reveal its secret
	lab        TEXT   NOT NULL COLLATE "C",
	state      BYTEA  NOT NULL, -- JSON
	changed_at BIGINT NOT NULL,
	PRIMARY KEY (seat, lab)
);
CREATE INDEX lab_progress_by_change ON lab_progress (changed_at);

CREATE TABLE lab_history (
	id     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	seat   TEXT   NOT NULL,
	lab    TEXT   NOT NULL COLLATE "C",
	number BIGINT NOT NULL, -- in the lab, rising
	trace  TEXT   NOT NULL, -- its id
	seen   BYTEA  NOT NULL, -- JSON: what the lab saw
	record BYTEA  NOT NULL, -- JSON: the trace, empty when there is none
	UNIQUE (seat, lab, number),
	FOREIGN KEY (seat, lab) REFERENCES lab_progress (seat, lab) ON DELETE CASCADE
);
CREATE INDEX lab_history_by_trace ON lab_history (seat, trace);

CREATE TABLE embeds (
	id      TEXT   PRIMARY KEY COLLATE "C",
	seat    TEXT   NOT NULL, -- of the owner, by a name that does not open it
	trace   TEXT   NOT NULL, -- id of the one that was copied
	record  BYTEA  NOT NULL, -- JSON: the copy
	made_at BIGINT NOT NULL,
	UNIQUE (seat, trace)
);

CREATE TABLE classes (
	id        TEXT   PRIMARY KEY COLLATE "C",
	name      TEXT   NOT NULL,
	opened_at BIGINT NOT NULL,
	closed_at BIGINT NOT NULL, -- 0 while the class is open
	state     BYTEA  NOT NULL  -- JSON
);

CREATE TABLE class_people (
	class     TEXT   NOT NULL COLLATE "C" REFERENCES classes (id) ON DELETE CASCADE,
	id        TEXT   NOT NULL COLLATE "C", -- public
	seat      TEXT   NOT NULL UNIQUE, -- by a name that does not open it
	sealed    BYTEA  NOT NULL, -- the seat, encrypted with a secret of the site
	state     BYTEA  NOT NULL, -- JSON: the name, and what the person said
	joined_at BIGINT NOT NULL,
	PRIMARY KEY (class, id)
);

-- What processes that share the database go by together, and how far each has come.
CREATE TABLE agreement (
	id       BIGINT PRIMARY KEY CHECK (id = 1),
	version  BIGINT NOT NULL, -- one more with each change of the settings or of the keys
	settings BYTEA  NOT NULL  -- JSON, of servers that run alone; empty before the first
);
INSERT INTO agreement (id, version, settings) VALUES (1, 1, '');

CREATE TABLE followers (
	id      TEXT   PRIMARY KEY COLLATE "C", -- drawn at the start of a process
	name    TEXT   NOT NULL COLLATE "C",    -- for people
	beats   BIGINT NOT NULL,                -- rises as long as it lives
	version BIGINT NOT NULL                 -- of the agreement that it goes by
);

-- Wrong passwords and passcodes, in buckets that drain with time.
CREATE TABLE attempts (
	bucket  BYTEA  PRIMARY KEY, -- SHA-256 of what is counted
	ends_ms BIGINT NOT NULL     -- when it is empty again, in milliseconds since 1970
);
CREATE INDEX attempts_by_end ON attempts (ends_ms);
