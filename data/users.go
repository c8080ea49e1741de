package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrTaken says that a username is somebody's already.
var ErrTaken = errors.New("username taken")

// User is an account without its password.
type User struct {
	ID       int64
	Username string
	Role     string // "user" or "admin"
	Disabled bool

	// SessionGeneration is raised to end every session of the account at once,
	// wherever it is kept: a session of an older generation is refused.
	SessionGeneration int64
}

// Users is the table of accounts.
type Users struct {
	db     *DB
	byID   *lookup
	byName *sql.Stmt
}

func prepareUsers(ctx context.Context, db *DB) (u *Users, err error) {
	u = &Users{db: db}
	u.byID = db.lookup(`SELECT username, role, disabled, session_generation FROM users WHERE id = ?`)
	u.byName, err = db.read.PrepareContext(ctx, `
		SELECT id, username, role, disabled, session_generation, password_hash FROM users WHERE folded = ?`)
	return u, err
}

// ByID loads an account. ErrNotFound when there is none.
func (u *Users) ByID(ctx context.Context, id int64) (User, error) {
	user := User{ID: id}
	err := u.byID.row(ctx, given(id), &user.Username, &user.Role, &user.Disabled, &user.SessionGeneration)
	return user, err
}

// ByName loads an account and its password hash by the name as it is compared.
// ErrNotFound when there is none.
func (u *Users) ByName(ctx context.Context, folded string) (user User, hash string, err error) {
	err = u.byName.QueryRowContext(ctx, folded).
		Scan(&user.ID, &user.Username, &user.Role, &user.Disabled, &user.SessionGeneration, &hash)
	return user, hash, found(err)
}

// Create adds an account. ErrTaken when the folded name is somebody's already.
func (u *Users) Create(ctx context.Context, username, folded, hash, role string, now time.Time) (User, error) {
	result, err := u.db.write.ExecContext(ctx, `
		INSERT INTO users (username, folded, password_hash, role, created_at) VALUES (?, ?, ?, ?, ?)`,
		username, folded, hash, role, now.Unix())
	var refused *sqlite.Error
	if errors.As(err, &refused) && refused.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE {
		return User{}, ErrTaken
	}
	if err != nil {
		return User{}, fmt.Errorf("create user: %w", err)
	}
	id, err := result.LastInsertId()
	return User{ID: id, Username: username, Role: role, SessionGeneration: 1}, err
}

// EndSessions ends every session of the account, in whichever store and on
// whichever server it is kept, from the next request on.
func (u *Users) EndSessions(ctx context.Context, id int64) error {
	_, err := u.db.write.ExecContext(ctx, `
		UPDATE users SET session_generation = session_generation + 1 WHERE id = ?`, id)
	return err
}

// SetPassword changes an account's password, and with it ends every session and
// every family of refresh tokens that the account has: whoever knew the old one is
// out.
func (u *Users) SetPassword(ctx context.Context, id int64, hash string, now time.Time) error {
	return u.db.change(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `
			UPDATE users SET password_hash = ?, session_generation = session_generation + 1 WHERE id = ?`, hash, id); err != nil {
			return fmt.Errorf("set password: %w", err)
		}
		return endFamilies(ctx, tx, id, now)
	})
}

// SetRole gives an account another role, and changes nothing else.
func (u *Users) SetRole(ctx context.Context, id int64, role string) error {
	if _, err := u.db.write.ExecContext(ctx, `UPDATE users SET role = ? WHERE id = ?`, role, id); err != nil {
		return fmt.Errorf("set role: %w", err)
	}
	return nil
}

// Count is the number of accounts.
func (u *Users) Count(ctx context.Context) (n int, err error) {
	err = u.db.read.QueryRowContext(ctx, `SELECT count(*) FROM users`).Scan(&n)
	return n, err
}

func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}
