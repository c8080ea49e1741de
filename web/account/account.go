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
	"twodoors/web/limit"
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

// New returns accounts whose wrong passwords count in a table, for all servers that share it.
func New(users Users, table limit.Table, now func() time.Time) *Accounts {
	return NewWithin(boundless, users, table, now)
}

// NewWithin is New for a process with little memory: makeRoom is called before each hash with
// the bytes that it takes, and what it returns when they are not needed any more.
func NewWithin(makeRoom func(bytes int64) (done func()), users Users, table limit.Table, now func() time.Time) *Accounts {
	return &Accounts{users: users, attempts: newAttempts(table), hasher: hasher{makeRoom}, now: now}
}

// errWrong is the one answer to an unknown name, a wrong password and a disabled
// account: it does not say which, and the work before it is the same.
var errWrong = &door.Refusal{
	Status: http.StatusUnauthorized,
	Kind:   door.BadCredential,
	Detail: "Wrong username or password. Check both and try again.",
}

// Check returns the account that the name and the password belong to. How many were
// tried is looked at twice: before the hash, which costs time, and once more when it is
// known whether the password is right, as others may have tried meanwhile, here and at
// other servers. Only a wrong one is counted. Until then nothing tells a right one from
// a wrong one, so a password that comes too late is refused alike, whichever it is.
func (a *Accounts) Check(ctx context.Context, username, password string) (data.User, error) {
	name := fold(username)
	step := trace.Start(ctx, trace.RateCheck)
	attempt, wait, err := a.attempts.begin(ctx, name, door.ClientOf(ctx), a.now())
	if err != nil {
		return data.User{}, a.uncounted(step, err)
	}
	if err := checkRate(step, tooManyPasswords, wait); err != nil {
		user, _, _ := a.users.ByName(ctx, name) // nobody, when there is none or it cannot be read
		logRefused(ctx, "login throttled", user)
		return data.User{}, err
	}

	step = trace.Start(ctx, trace.PasswordCheck)
	user, hash, err := a.users.ByName(ctx, name)
	if err != nil && !errors.Is(err, data.ErrNotFound) {
		attempt.TakeBack()
		step.In(a.users.Where()).Refuse(trace.DatabaseUnavailable)
		return data.User{}, door.Failure("The accounts cannot be read right now.", err)
	}
	known := err == nil
	match, err := a.hasher.compare(user, hash, known, password)
	if err != nil {
		attempt.TakeBack()
		return data.User{}, notHashed(step, err)
	}
	right := match && known && !user.Disabled
	if err := a.end(ctx, attempt, user, right); err != nil {
		return data.User{}, err
	}
	if !right {
		step.Refuse(trace.PasswordWrong)
		logRefused(ctx, "login refused", user)
		return data.User{}, errWrong
	}
	step.Pass(trace.Text("user", user.Username))
	return user, nil
}

// end ends an attempt whose password was looked at. It refuses one that comes too late,
// and one that cannot be counted: neither may tell whether the password was right.
func (a *Accounts) end(ctx context.Context, attempt attempt, user data.User, right bool) error {
	step := trace.Start(ctx, trace.RateCheck)
	wait, err := attempt.end(ctx, right, a.now())
	switch {
	case err != nil:
		return a.uncounted(step, err)
	case wait > 0:
		logRefused(ctx, "login throttled", user)
		return refuseRate(step, tooManyPasswords, wait)
	}
	return nil
}

const tooManyPasswords = "Too many wrong passwords for this account."

// uncounted refuses a login because it cannot be known how many were tried before.
func (a *Accounts) uncounted(step trace.Running, err error) *door.Refusal {
	step.In(a.users.Where()).Refuse(trace.DatabaseUnavailable)
	return door.Failure("The login attempts cannot be counted right now.", err)
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

// checkRate ends a step that refuses who has to wait before the next attempt.
func checkRate(step trace.Running, why string, wait time.Duration) error {
	if wait <= 0 {
		step.Pass()
		return nil
	}
	return refuseRate(step, why, wait)
}

func refuseRate(step trace.Running, why string, wait time.Duration) *door.Refusal {
	seconds := int((wait + time.Second - 1) / time.Second)
	step.Refuse(trace.AttemptsExceeded, trace.Duration("wait", time.Duration(seconds)*time.Second))
	return &door.Refusal{
		Status:     http.StatusTooManyRequests,
		Kind:       door.TooMany,
		Detail:     fmt.Sprintf("%s Wait %d seconds and try again.", why, seconds),
		RetryAfter: time.Duration(seconds) * time.Second,
	}
}
