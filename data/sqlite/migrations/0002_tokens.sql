CREATE TABLE refresh_families (
	id         INTEGER PRIMARY KEY,
	user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	expires_at INTEGER NOT NULL, -- whatever happens in between (RFC 9700 section 4.14)
	ended_at   INTEGER           -- by logout, theft or a new password
);
CREATE INDEX refresh_families_by_user ON refresh_families (user_id);
CREATE INDEX refresh_families_by_expiry ON refresh_families (expires_at);

CREATE TABLE refresh_tokens (
	hash           BLOB    PRIMARY KEY, -- SHA-256; never the token itself
	family_id      INTEGER NOT NULL REFERENCES refresh_families (id) ON DELETE CASCADE,
	expires_at     INTEGER NOT NULL,
	spent_ms       INTEGER,             -- milliseconds since 1970
	successor_hash BLOB                 -- of the one that was given for it
) WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family_id);

CREATE TABLE revoked_tokens (
	jti        TEXT    PRIMARY KEY, -- the token's id: its text can be spelled in several ways
	expires_at INTEGER NOT NULL     -- of the token
) WITHOUT ROWID;
CREATE INDEX revoked_tokens_by_expiry ON revoked_tokens (expires_at);

-- How many tokens each key has signed, by when they expire. Nothing says whose
-- they are: a key's retirement can be told in numbers, and a token stays unknown.
CREATE TABLE issued_tokens (
	kid        TEXT    NOT NULL,
	expires_at INTEGER NOT NULL,
	tokens     INTEGER NOT NULL,
	PRIMARY KEY (kid, expires_at)
) WITHOUT ROWID;
CREATE INDEX issued_tokens_by_expiry ON issued_tokens (expires_at);
