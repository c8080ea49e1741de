package data

import (
	"context"
	"time"
)

// Sessions is the table behind the session store "sqlite". What a row means is
// the session door's affair; here it is bytes with an owner and an end.
type Sessions struct {
	find                          *lookup
	insert, update, delete, purge *statement
}

func prepareSessions(ctx context.Context, db *DB) (*Sessions, error) {
	s := &Sessions{find: db.lookup(`SELECT data FROM sessions WHERE id_hash = ? AND expires_at > ?`)}
	for _, p := range []struct {
		statement **statement
		query     string
	}{
		{&s.insert, `INSERT INTO sessions (id_hash, user_id, data, expires_at)
			SELECT ?, id, ?, ? FROM users WHERE id = ? AND session_generation = ? AND NOT disabled`},
		{&s.update, `UPDATE sessions SET data = ?, expires_at = ? WHERE id_hash = ?`},
		{&s.delete, `DELETE FROM sessions WHERE id_hash = ?`},
		{&s.purge, `DELETE FROM sessions WHERE id_hash IN (SELECT id_hash FROM sessions WHERE expires_at <= ? LIMIT 1000)`},
	} {
		var err error
		if *p.statement, err = db.write.PrepareContext(ctx, p.query); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Find returns the bytes kept under the hash of a session id. ErrNotFound when
// there are none, or their end has come.
func (s *Sessions) Find(ctx context.Context, idHash string, now time.Time) (data []byte, err error) {
	err = s.find.row(ctx, given(idHash, now.Unix()), &data)
	return data, err
}

// Insert adds a session of an account as it was read. ErrChanged when all sessions of
// that time have ended meanwhile, or the account is disabled.
func (s *Sessions) Insert(ctx context.Context, idHash string, user User, data []byte, end time.Time) error {
	return unchanged(s.insert.ExecContext(ctx, idHash, data, end.Unix(), user.ID, user.SessionGeneration))
}

// Update changes a session that is there. ErrNotFound when it is not: a session
// that was destroyed while a request ran does not come back.
func (s *Sessions) Update(ctx context.Context, idHash string, data []byte, end time.Time) error {
	result, err := s.update.ExecContext(ctx, data, end.Unix(), idHash)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return ErrNotFound
}

// Delete removes a session, if it is there.
func (s *Sessions) Delete(ctx context.Context, idHash string) error {
	_, err := s.delete.ExecContext(ctx, idHash)
	return err
}

// Purge removes up to a thousand sessions whose end has come, and says how many.
func (s *Sessions) Purge(ctx context.Context, now time.Time) (int64, error) {
	result, err := s.purge.ExecContext(ctx, now.Unix())
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
