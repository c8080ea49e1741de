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
	attempt, err := a.begin(ctx, name)
	if err != nil {
		return data.User{}, err
	}
	step := trace.Start(ctx, trace.PasswordCheck)
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
	late := trace.Start(ctx, trace.RateCheck)
	if wait, err := attempt.end(ctx, right, a.now()); err != nil || wait > 0 {
		err := a.refuseRate(late, tooManyPasswords, wait, err)
		logLate(ctx, err, user)
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

// begin begins an attempt at an account, or refuses who has to wait before the next.
func (a *Accounts) begin(ctx context.Context, name string) (begun attempt, err error) {
	err = a.checkRate(ctx, tooManyPasswords, func() (wait time.Duration, err error) {
		begun, wait, err = a.attempts.begin(ctx, name, door.ClientOf(ctx), a.now())
		return wait, err
	})
	if err != nil {
		user, _, _ := a.users.ByName(ctx, name) // nobody, when there is none or it cannot be read
		logLate(ctx, err, user)
	}
	return begun, err
}

const tooManyPasswords = "Too many wrong passwords for this account."

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

// logLate logs that somebody has to wait. That the database fails is logged elsewhere.
func logLate(ctx context.Context, err error, user data.User) {
	if refusal, ok := errors.AsType[*door.Refusal](err); ok && refusal.Kind == door.TooMany {
		logRefused(ctx, "login throttled", user)
	}
}

// checkRate refuses who has to wait before the next attempt: count begins it, or says for how long.
func (a *Accounts) checkRate(ctx context.Context, why string, count func() (wait time.Duration, err error)) error {
	step := trace.Start(ctx, trace.RateCheck)
	wait, err := count()
	if err != nil || wait > 0 {
		return a.refuseRate(step, why, wait, err)
	}
	step.Pass()
	return nil
}

// refuseRate refuses who has to wait, or anybody when it cannot be known how many were tried before.
func (a *Accounts) refuseRate(step trace.Running, why string, wait time.Duration, err error) *door.Refusal {
	if err != nil {
		step.In(a.users.Where()).Refuse(trace.DatabaseUnavailable)
		return door.Failure("The login attempts cannot be counted right now.", err)
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
