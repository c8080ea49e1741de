package data

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrTaken says that a username is somebody's already.
var ErrTaken = errors.New("username taken")

// ErrChanged says that an account is not any more as it was read: another password,
// all its sessions ended, another role, or disabled. Hashing a password takes long
// enough for that, so whatever a login or a new password leads to is written on the
// condition that the account is unchanged, in the same transaction.
var ErrChanged = errors.New("the account has changed")

// ErrNotAdmin says that who asks for a change is not an administrator at that moment.
var ErrNotAdmin = errors.New("not an administrator")

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
	byName *statement
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
//
// Its generation begins at random: SQLite gives a number again that the newest account
// had, once that one is deleted, and so does a database that was put back to an earlier
// state. A session of the account before must not open this one.
func (u *Users) Create(ctx context.Context, username, folded, hash, role string, now time.Time) (User, error) {
	generation := firstGeneration()
	result, err := u.db.write.ExecContext(ctx, `
		INSERT INTO users (username, folded, password_hash, role, session_generation, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
		username, folded, hash, role, generation, now.Unix())
	var refused *sqlite.Error
	if errors.As(err, &refused) && refused.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE {
		return User{}, ErrTaken
	}
	if err != nil {
		return User{}, fmt.Errorf("create user: %w", err)
	}
	id, err := result.LastInsertId()
	return User{ID: id, Username: username, Role: role, SessionGeneration: generation}, err
}

// firstGeneration leaves room for as many more as anybody will need.
func firstGeneration() int64 {
	var random [8]byte
	rand.Read(random[:])
	return int64(binary.BigEndian.Uint64(random[:]) >> 2)
}

// NewAccount is an account that is to be made.
type NewAccount struct{ Username, Folded, PasswordHash, Role string }

// CreateFirst adds accounts when there is none yet: all of them or, when another
// process was first, none.
func (u *Users) CreateFirst(ctx context.Context, accounts []NewAccount, now time.Time) error {
	return u.db.change(ctx, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM users`).Scan(&n); err != nil || n > 0 {
			return err
		}
		for _, a := range accounts {
			if _, err := tx.ExecContext(ctx, `
				INSERT INTO users (username, folded, password_hash, role, created_at) VALUES (?, ?, ?, ?, ?)`,
				a.Username, a.Folded, a.PasswordHash, a.Role, now.Unix()); err != nil {
				return fmt.Errorf("create user: %w", err)
			}
		}
		return nil
	})
}

// EndSessions ends every session of the account, in whichever store and on
// whichever server it is kept, from the next request on. ErrChanged when the sessions
// of that generation have been ended already: one of them does not end those since.
func (u *Users) EndSessions(ctx context.Context, id, generation int64) error {
	return unchanged(u.db.write.ExecContext(ctx, `
		UPDATE users SET session_generation = session_generation + 1 WHERE id = ? AND session_generation = ?`, id, generation))
}

// SetPassword changes the password of an account as it was read, and with it ends
// every session and every family of refresh tokens that the account has: whoever knew
// the old one is out. Of two changes at once the first wins, and the second is told
// ErrChanged. It returns the account as it then is.
func (u *Users) SetPassword(ctx context.Context, user User, hash string, now time.Time) (User, error) {
	err := u.db.change(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `
			UPDATE users SET password_hash = ?, session_generation = session_generation + 1
			WHERE id = ? AND session_generation = ? AND NOT disabled`, hash, user.ID, user.SessionGeneration)
		if err := unchanged(result, err); err != nil {
			return fmt.Errorf("set password: %w", err)
		}
		return endFamilies(ctx, tx, user.ID, now)
	})
	user.SessionGeneration++
	return user, err
}

// SetRole gives an account another role, and changes nothing else. Both names are as
// they are compared. ErrNotAdmin when who asks is not an administrator at that moment,
// ErrNotFound when there is no such account. It returns the account as it was.
func (u *Users) SetRole(ctx context.Context, by, folded, role string) (before User, err error) {
	err = u.db.change(ctx, func(tx *sql.Tx) error {
		var admin bool
		err := tx.QueryRowContext(ctx, `SELECT role = 'admin' AND NOT disabled FROM users WHERE folded = ?`, by).Scan(&admin)
		if errors.Is(err, sql.ErrNoRows) || err == nil && !admin {
			return ErrNotAdmin
		}
		if err != nil {
			return fmt.Errorf("read who asks: %w", err)
		}
		if err := tx.QueryRowContext(ctx, `SELECT id, username, role FROM users WHERE folded = ?`, folded).
			Scan(&before.ID, &before.Username, &before.Role); err != nil {
			return found(err)
		}
		_, err = tx.ExecContext(ctx, `UPDATE users SET role = ? WHERE id = ?`, role, before.ID)
		return err
	})
	return before, err
}

// Count is the number of accounts.
func (u *Users) Count(ctx context.Context) (n int, err error) {
	err = u.db.read.QueryRowContext(ctx, `SELECT count(*) FROM users`).Scan(&n)
	return n, err
}

// unchanged reports ErrChanged when a statement with the account among its conditions
// met no row.
func unchanged(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return ErrChanged
}

// expectUnchanged reports ErrChanged when an access token for the account as it was read
// would come too late. The token states the role, so that counts as well.
func expectUnchanged(ctx context.Context, tx *sql.Tx, user User) error {
	var same bool
	err := tx.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM users WHERE id = ? AND session_generation = ? AND role = ? AND NOT disabled)`,
		user.ID, user.SessionGeneration, user.Role).Scan(&same)
	if err == nil && !same {
		return ErrChanged
	}
	return err
}

func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}
