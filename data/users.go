package data

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
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
type Users struct{ engine Engine }

// Where is what the database calls itself.
func (u *Users) Where() string { return u.engine.Name() }

// ByID loads an account. ErrNotFound when there is none.
func (u *Users) ByID(ctx context.Context, id int64) (User, error) {
	user := User{ID: id}
	err := u.engine.QueryRow(ctx, `SELECT username, role, disabled, session_generation FROM users WHERE id = $1`,
		[]any{id}, &user.Username, &user.Role, &user.Disabled, &user.SessionGeneration)
	return user, err
}

// ByName loads an account and its password hash by the name as it is compared.
// ErrNotFound when there is none.
func (u *Users) ByName(ctx context.Context, folded string) (user User, hash string, err error) {
	if !utf8.ValidString(folded) || strings.ContainsRune(folded, 0) {
		return User{}, "", ErrNotFound // PostgreSQL refuses to look for what it cannot store
	}
	err = u.engine.QueryRow(ctx, `
		SELECT id, username, role, disabled, session_generation, password_hash FROM users WHERE folded = $1`,
		[]any{folded}, &user.ID, &user.Username, &user.Role, &user.Disabled, &user.SessionGeneration, &hash)
	return user, hash, err
}

// Create adds an account. ErrTaken when the folded name is somebody's already.
//
// Its generation begins at random: SQLite gives a number again that the newest account
// had, once that one is deleted, and so does a database that was put back to an earlier
// state. A session of the account before must not open this one.
func (u *Users) Create(ctx context.Context, username, folded, hash, role string, now time.Time) (User, error) {
	account := NewAccount{Username: username, Folded: folded, PasswordHash: hash, Role: role}
	user := User{Username: username, Role: role, SessionGeneration: randomGeneration()}
	err := u.engine.Transact(ctx, nil, func(tx *sql.Tx) (err error) {
		user.ID, err = insertUser(ctx, tx, account, user.SessionGeneration, now)
		return err
	})
	if err != nil {
		return User{}, err
	}
	return user, nil
}

// insertUser returns the number that the database gives the account.
func insertUser(ctx context.Context, tx *sql.Tx, a NewAccount, generation int64, now time.Time) (id int64, err error) {
	err = tx.QueryRowContext(ctx, `
		INSERT INTO users (username, folded, password_hash, role, session_generation, created_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (folded) DO NOTHING RETURNING id`,
		a.Username, a.Folded, a.PasswordHash, a.Role, generation, now.Unix()).Scan(&id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, ErrTaken
	case err != nil:
		return 0, fmt.Errorf("create user: %w", err)
	}
	return id, nil
}

// randomGeneration leaves room for as many more as anybody will need.
func randomGeneration() int64 {
	var random [8]byte
	rand.Read(random[:])
	return int64(binary.BigEndian.Uint64(random[:]) >> 2)
}

// NewAccount is an account that is to be made.
type NewAccount struct{ Username, Folded, PasswordHash, Role string }

// CreateFirst adds accounts when there is none yet: all of them or, when another
// process was first, none. Their generation is 1, by which an account is known that has
// never changed.
func (u *Users) CreateFirst(ctx context.Context, accounts []NewAccount, now time.Time) error {
	return u.engine.Transact(ctx, Locks{"first accounts"}, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM users`).Scan(&n); err != nil || n > 0 {
			return err
		}
		for _, a := range accounts {
			if _, err := insertUser(ctx, tx, a, 1, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// EndSessions ends every session of the account, in whichever store and on
// whichever server it is kept, from the next request on. ErrChanged when the sessions
// of that generation have been ended already: one of them does not end those since.
func (u *Users) EndSessions(ctx context.Context, id, generation int64) error {
	return u.engine.Transact(ctx, Locks{account(id)}, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `
			UPDATE users SET session_generation = session_generation + 1
			WHERE id = $1 AND session_generation = $2 RETURNING session_generation`, id, generation).Scan(&generation)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrChanged
		}
		return err
	})
}

// SetPassword changes the password of an account as it was read, and with it ends
// every session and every family of refresh tokens that the account has: whoever knew
// the old one is out. Of two changes at once the first wins, and the second is told
// ErrChanged. It returns the account as it then is.
func (u *Users) SetPassword(ctx context.Context, user User, hash string, now time.Time) (User, error) {
	err := u.engine.Transact(ctx, Locks{account(user.ID)}, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `
			UPDATE users SET password_hash = $1, session_generation = session_generation + 1
			WHERE id = $2 AND session_generation = $3 AND NOT disabled RETURNING session_generation`,
			hash, user.ID, user.SessionGeneration).Scan(&user.SessionGeneration)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrChanged
		}
		if err != nil {
			return fmt.Errorf("set password: %w", err)
		}
		return endFamilies(ctx, tx, user.ID, now)
	})
	return user, err
}

// SetRole gives an account another role, and changes nothing else. Both names are as
// they are compared. ErrNotAdmin when who asks is not an administrator at that moment,
// ErrNotFound when there is no such account. It returns the account as it was.
func (u *Users) SetRole(ctx context.Context, by, folded, role string) (before User, err error) {
	admin, _, err := u.ByName(ctx, by)
	if errors.Is(err, ErrNotFound) {
		return before, ErrNotAdmin
	}
	if err != nil {
		return before, fmt.Errorf("read who asks: %w", err)
	}
	if before, _, err = u.ByName(ctx, folded); err != nil && !errors.Is(err, ErrNotFound) {
		return before, fmt.Errorf("read whose role: %w", err)
	}
	err = u.engine.Transact(ctx, Locks{account(admin.ID), account(before.ID)}, func(tx *sql.Tx) error {
		return setRole(ctx, tx, admin.ID, &before, role)
	})
	return before, err
}

// setRole reads both accounts once more, now that neither changes.
func setRole(ctx context.Context, tx *sql.Tx, admin int64, whose *User, role string) error {
	var may bool
	err := tx.QueryRowContext(ctx, `SELECT role = 'admin' AND NOT disabled FROM users WHERE id = $1`, admin).Scan(&may)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !may {
		return ErrNotAdmin
	}
	if err != nil {
		return fmt.Errorf("read who asks: %w", err)
	}
	err = tx.QueryRowContext(ctx, `SELECT username, role FROM users WHERE id = $1`, whose.ID).Scan(&whose.Username, &whose.Role)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("read whose role: %w", err)
	}
	_, err = tx.ExecContext(ctx, `UPDATE users SET role = $1 WHERE id = $2`, role, whose.ID)
	return err
}

// Count is the number of accounts.
func (u *Users) Count(ctx context.Context) (int, error) {
	var n int64
	err := u.engine.QueryRow(ctx, `SELECT count(*) FROM users`, nil, &n)
	return int(n), err
}

// expectUnchanged reports ErrChanged when an access token for the account as it was read
// would come too late. The token states the role, so that counts as well.
func expectUnchanged(ctx context.Context, tx *sql.Tx, user User) error {
	var same bool
	err := tx.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM users WHERE id = $1 AND session_generation = $2 AND role = $3 AND NOT disabled)`,
		user.ID, user.SessionGeneration, user.Role).Scan(&same)
	if err == nil && !same {
		return ErrChanged
	}
	return err
}
