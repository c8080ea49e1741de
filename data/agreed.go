package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Agreed is what processes that share the database go by together: the settings of servers that run alone, and a version
// that rises with each change of them or of the signing keys. Beside it stand those who follow, and how far each has come.
type Agreed struct{ engine Engine }

// Agreement is what is agreed at one time.
type Agreement struct {
	Version  int64
	Settings []byte // JSON; empty before the first server that runs alone
}

// Follower is a process that goes by what is agreed.
type Follower struct {
	ID      string // drawn at its start
	Name    string // for people, as "server 2"
	Beats   int64  // rises as long as the process lives and reaches the database
	Version int64  // that it goes by
}

// Adoption is what a change does to the signing keys, as Keys.Adopt does.
type Adoption struct {
	KeyID  string // of a proposed key that comes to life; empty for none
	Retire bool   // all others verify nothing from then on
}

// Read returns what is agreed now.
func (a *Agreed) Read(ctx context.Context) (now Agreement, err error) {
	if err = a.engine.QueryRow(ctx, `SELECT version, settings FROM agreement`, nil, &now.Version, &now.Settings); err != nil {
		err = fmt.Errorf("read what is agreed: %w", err)
	}
	return now, err
}

// Seed agrees on settings where there are none, and returns what is agreed: of several that ask at once the first decides.
func (a *Agreed) Seed(ctx context.Context, settings []byte) (Agreement, error) {
	now, err := a.Read(ctx)
	if err != nil || len(now.Settings) > 0 {
		return now, err
	}
	_, err = a.engine.Exec(ctx, `UPDATE agreement SET version = version + 1, settings = $1 WHERE length(settings) = 0`, settings)
	if err != nil {
		return now, fmt.Errorf("agree on settings: %w", err)
	}
	return a.Read(ctx)
}

// Change agrees on other settings and keys, as a whole or not at all, and tells the followers. ErrChanged when somebody
// else has changed what was read at that version.
func (a *Agreed) Change(ctx context.Context, read int64, settings []byte, keys Adoption, now time.Time) (version int64, err error) {
	err = a.engine.Transact(ctx, Locks{signingKeys}, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `UPDATE agreement SET version = version + 1, settings = $1 WHERE version = $2 RETURNING version`,
			settings, read).Scan(&version)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrChanged
		}
		if err != nil {
			return fmt.Errorf("change what is agreed: %w", err)
		}
		if err := adopt(ctx, tx, keys, now); err != nil {
			return err
		}
		return a.engine.Announce(ctx, tx)
	})
	return version, err
}

// Beat says that a follower lives, and which version it goes by.
func (a *Agreed) Beat(ctx context.Context, f Follower) error {
	_, err := a.engine.Exec(ctx, `
		INSERT INTO followers (id, name, beats, version) VALUES ($1, $2, 1, $3)
		ON CONFLICT (id) DO UPDATE SET beats = followers.beats + 1, version = excluded.version`, f.ID, f.Name, f.Version)
	return err
}

// Followers lists those that follow, and those that were killed since and that nobody has removed yet.
func (a *Agreed) Followers(ctx context.Context) (all []Follower, err error) {
	err = a.engine.Query(ctx, `SELECT id, name, beats, version FROM followers ORDER BY name, id`, nil, func(scan Scan) error {
		var f Follower
		err := scan(&f.ID, &f.Name, &f.Beats, &f.Version)
		all = append(all, f)
		return err
	})
	return all, err
}

// Leave removes a follower: one that ends, or one that has given no sign of life for long.
func (a *Agreed) Leave(ctx context.Context, id string) error {
	_, err := a.engine.Exec(ctx, `DELETE FROM followers WHERE id = $1`, id)
	return err
}

// Listen calls heard whenever others may have changed what is agreed, until ctx ends: after each change, and each time
// when it could not listen for a while. It returns at once where the database tells nobody, who then has to look.
func (a *Agreed) Listen(ctx context.Context, heard func()) { a.engine.Listen(ctx, heard) }

// raise is a change of the keys alone.
func raise(ctx context.Context, tx *sql.Tx, engine Engine) error {
	if _, err := tx.ExecContext(ctx, `UPDATE agreement SET version = version + 1`); err != nil {
		return fmt.Errorf("change what is agreed: %w", err)
	}
	return engine.Announce(ctx, tx)
}
