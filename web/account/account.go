// Package account is what both doors share before they part: a name and a
// password, how often they may be tried, and how an account comes to be.
//
// It knows users and passwords; it knows neither sessions nor tokens, and
// nothing of HTTP but the status of a refusal. Start reading at Accounts.Check.
package account

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"twodoors/data"
	"twodoors/web/door"
	"twodoors/web/trace"
)

// Users is what is asked of the table of accounts.
type Users interface {
	Where() string // what the database calls itself, as in the steps of a trace
	ByName(ctx context.Context, folded string) (data.User, string, error)
	Create(ctx context.Context, username, folded, hash, role string, now time.Time) (data.User, error)
	SetPassword(ctx context.Context, user data.User, hash string, now time.Time) (data.User, error)
	SetRole(ctx context.Context, by, folded, role string) (before data.User, err error)
	CreateFirst(ctx context.Context, accounts []data.NewAccount, now time.Time) error
	Count(ctx context.Context) (int, error)
}

// Accounts checks who somebody is, once; the doors remember it, each in its way.
type Accounts struct {
	users    Users
	attempts *attempts
	hasher   hasher
	now      func() time.Time
}

// New returns accounts of which no attempts are counted.
func New(users Users, now func() time.Time) *Accounts {
	return NewWithin(boundless, users, now)
}

// NewWithin is New for a process with little memory: makeRoom is called before each hash with
// the bytes that it takes, and what it returns when they are not needed any more.
func NewWithin(makeRoom func(bytes int64) (done func()), users Users, now func() time.Time) *Accounts {
	return &Accounts{users: users, attempts: newAttempts(), hasher: hasher{makeRoom}, now: now}
}

// errWrong is the one answer to an unknown name, a wrong password and a disabled
// account: it does not say which, and the work before it is the same.
var errWrong = &door.Refusal{
	Status: http.StatusUnauthorized,
	Kind:   door.BadCredential,
	Detail: "Wrong username or password. Check both and try again.",
}

// Check returns the account that the name and the password belong to. The
// attempt is counted before the password is looked at, so that guesses sent at
// the same instant all count; it is taken back when the password is right, or
// could not be looked at.
func (a *Accounts) Check(ctx context.Context, username, password string) (data.User, error) {
	from := door.ClientOf(ctx)
	name := fold(username)

	attempt, wait := a.attempts.begin(name, from, a.now())
	if err := checkRate(ctx, "Too many wrong passwords for this account.", wait); err != nil {
		user, _, _ := a.users.ByName(ctx, name) // nobody, when there is none or it cannot be read
		logRefused(ctx, "login throttled", user)
		return data.User{}, err
	}

	step := trace.Start(ctx, trace.PasswordCheck)
	user, hash, err := a.users.ByName(ctx, name)
	if err != nil && !errors.Is(err, data.ErrNotFound) {
		attempt.takeBack()
		step.In(a.users.Where()).Refuse(trace.DatabaseUnavailable)
		return data.User{}, door.Failure("The accounts cannot be read right now.", err)
	}
	known := err == nil
	match, err := a.hasher.compare(user, hash, known, password)
	if err != nil {
		attempt.takeBack()
		return data.User{}, notHashed(step, err)
	}
	if !match || !known || user.Disabled {
		step.Refuse(trace.PasswordWrong)
		logRefused(ctx, "login refused", user)
		return data.User{}, errWrong
	}
	step.Pass(trace.Text("user", user.Username))
	attempt.succeed()
	return user, nil
}

// logRefused logs that somebody was refused. Sooner or later somebody types a password
// where the name belongs: a name is logged when there is an account of that name, as
// that account spells it, and else nothing of what was typed.
func logRefused(ctx context.Context, what string, user data.User) {
	address := slog.String("address", door.ClientOf(ctx).Address)
	if user.Username == "" {
		slog.InfoContext(ctx, what, "account", "none", address)
		return
	}
	slog.InfoContext(ctx, what, "username", user.Username, address)
}

// checkRate refuses who has to wait before the next attempt.
func checkRate(ctx context.Context, why string, wait time.Duration) error {
	step := trace.Start(ctx, trace.RateCheck)
	if wait <= 0 {
		step.Pass()
		return nil
	}
	seconds := int((wait + time.Second - 1) / time.Second)
	step.Refuse(trace.AttemptsExceeded, trace.Duration("wait", time.Duration(seconds)*time.Second))
	return &door.Refusal{
		Status:     http.StatusTooManyRequests,
		Kind:       door.TooMany,
		Detail:     fmt.Sprintf("%s Wait %d seconds and try again.", why, seconds),
		RetryAfter: time.Duration(seconds) * time.Second,
	}
}
