package data

import (
	"context"
	"fmt"
	"time"
)

// Key is a signing key as it is stored.
type Key struct {
	ID        string // the kid (RFC 7515 section 4.1.4)
	Algorithm string // the one algorithm that it is for (RFC 7518 section 3.1)
	Secret    []byte // an HMAC secret, or a private key as PKCS #8
	CreatedAt time.Time
}

// Keys is the table of signing keys.
type Keys struct{ db *DB }

// FirstOf returns the newest living key of an algorithm. When there is none it
// adds the one that make returns. Of several processes that ask at once on an
// empty table, one makes the key and all get it.
func (k *Keys) FirstOf(ctx context.Context, algorithm string, make func() (Key, error)) (Key, error) {
	tx, err := k.db.write.BeginTx(ctx, nil)
	if err != nil {
		return Key{}, fmt.Errorf("begin key: %w", err)
	}
	defer tx.Rollback()

	var key Key
	var created int64
	err = found(tx.QueryRowContext(ctx, `
		SELECT kid, alg, secret, created_at FROM signing_keys
		WHERE alg = ? AND retired_at IS NULL ORDER BY created_at DESC, kid LIMIT 1`, algorithm).
		Scan(&key.ID, &key.Algorithm, &key.Secret, &created))
	if err == nil {
		key.CreatedAt = time.Unix(created, 0).UTC()
		return key, nil
	}
	if err != ErrNotFound {
		return Key{}, fmt.Errorf("read key: %w", err)
	}
	if key, err = make(); err != nil {
		return Key{}, fmt.Errorf("make key: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO signing_keys (kid, alg, secret, created_at) VALUES (?, ?, ?, ?)`,
		key.ID, key.Algorithm, key.Secret, key.CreatedAt.Unix()); err != nil {
		return Key{}, fmt.Errorf("keep key: %w", err)
	}
	return key, tx.Commit()
}

// Living lists the keys that still verify, newest first.
func (k *Keys) Living(ctx context.Context) ([]Key, error) {
	rows, err := k.db.read.QueryContext(ctx, `
		SELECT kid, alg, secret, created_at FROM signing_keys
		WHERE retired_at IS NULL ORDER BY created_at DESC, kid`)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	defer rows.Close()
	var keys []Key
	for rows.Next() {
		var key Key
		var created int64
		if err := rows.Scan(&key.ID, &key.Algorithm, &key.Secret, &created); err != nil {
			return nil, fmt.Errorf("read key: %w", err)
		}
		key.CreatedAt = time.Unix(created, 0).UTC()
		keys = append(keys, key)
	}
	return keys, rows.Err()
}
