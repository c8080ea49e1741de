-- Times are whole seconds since 1970, UTC, unless a name says otherwise.

CREATE TABLE users (
	id                 INTEGER PRIMARY KEY,
	username           TEXT    NOT NULL,        -- as its owner wrote it
	folded             TEXT    NOT NULL UNIQUE, -- as it is compared
	password_hash      TEXT    NOT NULL,        -- argon2id, with its parameters and salt
	role               TEXT    NOT NULL CHECK (role IN ('user', 'admin')),
	disabled           INTEGER NOT NULL DEFAULT 0,
	session_generation INTEGER NOT NULL DEFAULT 1, -- one more ends every session made before
	created_at         INTEGER NOT NULL
);

CREATE TABLE sessions (
	id_hash    TEXT    PRIMARY KEY, -- never the id itself: a stolen copy opens nothing
	user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	data       BLOB    NOT NULL,
	expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE signing_keys (
	kid        TEXT    PRIMARY KEY,
	alg        TEXT    NOT NULL, -- one key, one algorithm (RFC 8725 section 3.1)
	secret     BLOB    NOT NULL, -- HMAC secret, or the private key as PKCS #8
	created_at INTEGER NOT NULL,
	retired_at INTEGER           -- from then on it verifies nothing
);

CREATE TABLE secrets (
	name  TEXT PRIMARY KEY,
	value BLOB NOT NULL
);
