-- The order in which keys were added is a column. A key has a name: one that lost it by hand keeps
-- an empty one, by which it is refused.

CREATE TABLE ordered_keys (
	id         INTEGER PRIMARY KEY, -- a newer key has a greater one
	kid        TEXT    NOT NULL UNIQUE,
	alg        TEXT    NOT NULL, -- one key, one algorithm (RFC 8725 section 3.1)
	secret     BLOB    NOT NULL, -- HMAC secret, or the private key as PKCS #8
	created_at INTEGER NOT NULL,
	retired_at INTEGER           -- from then on it verifies nothing
);

INSERT OR IGNORE INTO ordered_keys (id, kid, alg, secret, created_at, retired_at)
SELECT rowid, coalesce(kid, ''), alg, secret, created_at, retired_at FROM signing_keys
ORDER BY retired_at IS NOT NULL; -- of several without a name, one that lives

DROP TABLE signing_keys;

ALTER TABLE ordered_keys RENAME TO signing_keys;
