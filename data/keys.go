package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Key is a signing key as it is stored.
type Key struct {
	ID        string    // the kid (RFC 7515 section 4.1.4)
	Algorithm string    // the one algorithm that it is for (RFC 7518 section 3.1)
	Secret    []byte    // an HMAC secret, or a private key as PKCS #8
	CreatedAt time.Time // for people who look at the database
}

// Keys is the table of signing keys. The order in which they were added, not the
// clock, tells which is newer.
type Keys struct{ engine Engine }

// Where is what the database calls itself.
func (k *Keys) Where() string { return k.engine.Name() }

// FirstOf returns the newest living key of an algorithm. When there is none it
// adds the one that make returns. Of several processes that ask at once on an
// empty table, one makes the key and all get it.
func (k *Keys) FirstOf(ctx context.Context, algorithm string, make func() (Key, error)) (Key, error) {
	return k.readOrMake(ctx, living, make, `
		SELECT kid, alg, secret FROM signing_keys
		WHERE alg = $1 AND retired_at IS NULL ORDER BY id DESC LIMIT 1`, algorithm)
}

// Propose returns the key of an id. When there is none it adds the one that make
// returns, as one that verifies nothing yet: it is retired until Adopt. Of several
// processes that ask at once, one makes the key and all get it.
func (k *Keys) Propose(ctx context.Context, id string, make func() (Key, error)) (Key, error) {
	return k.readOrMake(ctx, proposed, make, `SELECT kid, alg, secret FROM signing_keys WHERE kid = $1`, id)
}

// How a key is added: a proposed one is retired from the beginning.
const (
	living   = false
	proposed = true
)

// readOrMake reads a key, and takes the write lock only when there is none.
func (k *Keys) readOrMake(ctx context.Context, retired bool, make func() (Key, error), query, argument string) (key Key, err error) {
	err = k.engine.QueryRow(ctx, query, []any{argument}, &key.ID, &key.Algorithm, &key.Secret)
	if err == nil {
		return key, nil
	}
	if !errors.Is(err, ErrNotFound) {
		return Key{}, fmt.Errorf("read key: %w", err)
	}
	err = k.engine.Transact(ctx, Locks{signingKeys}, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, query, argument).Scan(&key.ID, &key.Algorithm, &key.Secret)
		if !errors.Is(err, sql.ErrNoRows) { // another process was first
			return err
		}
		if key, err = make(); err != nil {
			return fmt.Errorf("make key: %w", err)
		}
		if err := insertKey(ctx, tx, key, retired); err != nil || retired {
			return err
		}
		return raise(ctx, tx, k.engine)
	})
	return key, err
}

// Adopt brings a proposed key to life, which is then the newest of its algorithm, or
// none when the id is empty. With retire, all the others verify nothing from now on.
// It is one transaction, and may be repeated by whoever lost the answer.
func (k *Keys) Adopt(ctx context.Context, id string, retire bool, now time.Time) error {
	done, err := k.adopted(ctx, id, retire)
	if err != nil || done {
		return err
	}
	return k.engine.Transact(ctx, Locks{signingKeys}, func(tx *sql.Tx) error {
		if err := adopt(ctx, tx, Adoption{id, retire}, now); err != nil {
			return err
		}
		return raise(ctx, tx, k.engine)
	})
}

func adopt(ctx context.Context, tx *sql.Tx, a Adoption, now time.Time) error {
	if a.Retire {
		_, err := tx.ExecContext(ctx, `
			UPDATE signing_keys SET retired_at = $1 WHERE retired_at IS NULL AND ($2 = '' OR kid <> $2)`, now.Unix(), a.KeyID)
		if err != nil {
			return fmt.Errorf("retire keys: %w", err)
		}
	}
	if a.KeyID == "" {
		return nil
	}
	result, err := tx.ExecContext(ctx, `UPDATE signing_keys SET retired_at = NULL WHERE kid = $1`, a.KeyID)
	if err != nil {
		return fmt.Errorf("adopt key: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return fmt.Errorf("adopt key: %s is gone from the database", a.KeyID)
	}
	return nil
}

// adopted reports whether the keys that live are already those that Adopt leaves.
func (k *Keys) adopted(ctx context.Context, id string, retire bool) (bool, error) {
	var lives, others bool
	err := k.engine.QueryRow(ctx, `
		SELECT EXISTS (SELECT 1 FROM signing_keys WHERE retired_at IS NULL AND kid = $1),
			EXISTS (SELECT 1 FROM signing_keys WHERE retired_at IS NULL AND kid <> $1)`, []any{id}, &lives, &others)
	if err != nil {
		return false, fmt.Errorf("read keys: %w", err)
	}
	return lives == (id != "") && !(retire && others), nil
}

// Living lists the keys that still verify, newest first.
func (k *Keys) Living(ctx context.Context) (keys []Key, err error) {
	err = k.engine.Query(ctx, `
		SELECT kid, alg, secret FROM signing_keys WHERE retired_at IS NULL ORDER BY id DESC`, nil, func(scan Scan) error {
		var key Key
		err := scan(&key.ID, &key.Algorithm, &key.Secret)
		keys = append(keys, key)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return keys, nil
}

func insertKey(ctx context.Context, tx *sql.Tx, key Key, retired bool) error {
	created := key.CreatedAt.Unix()
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO signing_keys (kid, alg, secret, created_at, retired_at) VALUES ($1, $2, $3, $4, $5)`,
		key.ID, key.Algorithm, key.Secret, created, sql.NullInt64{Int64: created, Valid: retired}); err != nil {
		return fmt.Errorf("keep key: %w", err)
	}
	return nil
}
