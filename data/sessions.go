package data

import (
	"context"
	"time"
)

// Sessions is the table of the sessions that are kept in the database. What a row means is
// the session door's affair; here it is bytes with an owner and an end.
type Sessions struct{ engine Engine }

// Where is what the database calls itself.
func (s *Sessions) Where() string { return s.engine.Name() }

// Find returns the bytes kept under the hash of a session id. ErrNotFound when
// there are none, or their end has come.
func (s *Sessions) Find(ctx context.Context, idHash string, now time.Time) (data []byte, err error) {
	err = s.engine.QueryRow(ctx, `SELECT data FROM sessions WHERE id_hash = $1 AND expires_at > $2`,
		[]any{idHash, now.Unix()}, &data)
	return data, err
}

// Insert adds a session of an account as it was read. ErrChanged when all sessions of
// that time have ended meanwhile, or the account is disabled.
func (s *Sessions) Insert(ctx context.Context, idHash string, user User, data []byte, end time.Time) error {
	rows, err := s.engine.Exec(ctx, `
		INSERT INTO sessions (id_hash, user_id, data, expires_at)
		SELECT $1, id, $2, $3 FROM users WHERE id = $4 AND session_generation = $5 AND NOT disabled`,
		idHash, data, end.Unix(), user.ID, user.SessionGeneration)
	if err == nil && rows == 0 {
		return ErrChanged
	}
	return err
}

// Update changes a session that is there. ErrNotFound when it is not: a session
// that was destroyed while a request ran does not come back.
func (s *Sessions) Update(ctx context.Context, idHash string, data []byte, end time.Time) error {
	rows, err := s.engine.Exec(ctx, `UPDATE sessions SET data = $1, expires_at = $2 WHERE id_hash = $3`,
		data, end.Unix(), idHash)
	if err == nil && rows == 0 {
		return ErrNotFound
	}
	return err
}

// Delete removes a session, if it is there.
func (s *Sessions) Delete(ctx context.Context, idHash string) error {
	_, err := s.engine.Exec(ctx, `DELETE FROM sessions WHERE id_hash = $1`, idHash)
	return err
}

// Purge removes up to a thousand sessions whose end has come, and says how many.
func (s *Sessions) Purge(ctx context.Context, now time.Time) (int64, error) {
	return s.engine.Exec(ctx, `
		DELETE FROM sessions WHERE id_hash IN (SELECT id_hash FROM sessions WHERE expires_at <= $1 LIMIT 1000`+s.engine.SkipLocked()+`)`, now.Unix())
}
