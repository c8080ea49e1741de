package data

import (
	"context"
	"database/sql"
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

// Keys is the table of signing keys. The order in which they were added, not the
// clock, tells which is newer.
type Keys struct{ db *DB }

// FirstOf returns the newest living key of an algorithm. When there is none it
// adds the one that make returns. Of several processes that ask at once on an
// empty table, one makes the key and all get it.
func (k *Keys) FirstOf(ctx context.Context, algorithm string, make func() (Key, error)) (key Key, err error) {
	err = k.db.change(ctx, func(tx *sql.Tx) error {
		key, err = scanKey(tx.QueryRowContext(ctx, `
			SELECT kid, alg, secret, created_at FROM signing_keys
			WHERE alg = ? AND retired_at IS NULL ORDER BY rowid DESC LIMIT 1`, algorithm))
		if err != ErrNotFound {
			return err
		}
		if key, err = make(); err != nil {
			return fmt.Errorf("make key: %w", err)
		}
		return insertKey(ctx, tx, key)
	})
	return key, err
}

// Add adds a key, which is then the newest of its algorithm. With retire, all the
// others verify nothing from now on.
func (k *Keys) Add(ctx context.Context, key Key, retire bool) error {
	return k.db.change(ctx, func(tx *sql.Tx) error {
		if retire {
			if err := retireKeys(ctx, tx, key.CreatedAt); err != nil {
				return err
			}
		}
		return insertKey(ctx, tx, key)
	})
}

// Retire retires every key: none verifies anything from now on.
func (k *Keys) Retire(ctx context.Context, now time.Time) error {
	return retireKeys(ctx, k.db.write, now)
}

// Living lists the keys that still verify, newest first.
func (k *Keys) Living(ctx context.Context) ([]Key, error) {
	rows, err := k.db.read.QueryContext(ctx, `
		SELECT kid, alg, secret, created_at FROM signing_keys
		WHERE retired_at IS NULL ORDER BY rowid DESC`)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	defer rows.Close()
	var keys []Key
	for rows.Next() {
		key, err := scanKey(rows)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}

func scanKey(row interface{ Scan(...any) error }) (Key, error) {
	var key Key
	var created int64
	err := found(row.Scan(&key.ID, &key.Algorithm, &key.Secret, &created))
	if err != nil && err != ErrNotFound {
		return Key{}, fmt.Errorf("read key: %w", err)
	}
	key.CreatedAt = time.Unix(created, 0).UTC()
	return key, err
}

func retireKeys(ctx context.Context, db execer, now time.Time) error {
	if _, err := db.ExecContext(ctx, `UPDATE signing_keys SET retired_at = ? WHERE retired_at IS NULL`, now.Unix()); err != nil {
		return fmt.Errorf("retire keys: %w", err)
	}
	return nil
}

func insertKey(ctx context.Context, tx *sql.Tx, key Key) error {
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO signing_keys (kid, alg, secret, created_at) VALUES (?, ?, ?, ?)`,
		key.ID, key.Algorithm, key.Secret, key.CreatedAt.Unix()); err != nil {
		return fmt.Errorf("keep key: %w", err)
	}
	return nil
}
