package data

import (
	"context"
	"crypto/rand"
	"fmt"
)

// Secrets is the table of the site's own secrets, each random and made once.
type Secrets struct{ db *DB }

// Get returns the secret of a name, 32 random bytes, and makes it at first use.
func (s *Secrets) Get(ctx context.Context, name string) ([]byte, error) {
	fresh := make([]byte, 32)
	rand.Read(fresh)
	if _, err := s.db.write.ExecContext(ctx, `
		INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING`, name, fresh); err != nil {
		return nil, fmt.Errorf("keep secret %s: %w", name, err)
	}
	var value []byte
	err := s.db.read.QueryRowContext(ctx, `SELECT value FROM secrets WHERE name = ?`, name).Scan(&value)
	if err != nil {
		return nil, fmt.Errorf("read secret %s: %w", name, err)
	}
	return value, nil
}
