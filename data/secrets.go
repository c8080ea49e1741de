package data

import (
	"context"
	"crypto/rand"
	"fmt"
)

// Secrets is the table of the site's own secrets, each random and made once.
type Secrets struct{ engine Engine }

// secretLength is that of every secret, in bytes.
const secretLength = 32

// Get returns the secret of a name, 32 random bytes, and makes it at first use. One
// that is there and has another length is an error: a new one in its place would end
// whatever the old one vouches for without a word.
func (s *Secrets) Get(ctx context.Context, name string) ([]byte, error) {
	value, err := s.read(ctx, name)
	if err == ErrNotFound {
		fresh := make([]byte, secretLength)
		rand.Read(fresh)
		if _, err := s.engine.Exec(ctx, `
			INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, name, fresh); err != nil {
			return nil, fmt.Errorf("keep secret %s: %w", name, err)
		}
		value, err = s.read(ctx, name) // another process may have been first
	}
	if err != nil {
		return nil, fmt.Errorf("read secret %s: %w", name, err)
	}
	if len(value) != secretLength {
		return nil, fmt.Errorf("the secret %q in the database is damaged, it has %d bytes instead of %d: restore the database from a backup, or delete that row of the table secrets to have a new secret made", name, len(value), secretLength)
	}
	return value, nil
}

func (s *Secrets) read(ctx context.Context, name string) (value []byte, err error) {
	err = s.engine.QueryRow(ctx, `SELECT value FROM secrets WHERE name = $1`, []any{name}, &value)
	return value, err
}
