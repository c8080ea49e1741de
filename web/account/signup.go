package account

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/secure/precis"

	"twodoors/data"
	"twodoors/web/door"
	"twodoors/web/trace"
)

// maxUsername is the longest name, in characters: others see it.
const maxUsername = 32

// fold returns a username as it is compared: names that differ only in case, in
// width or in how an accent is written are one name (RFC 8265 section 3.3). What
// is no username folds to itself and so belongs to nobody.
func fold(username string) string {
	if len(username) > 4*maxUsername {
		username = username[:4*maxUsername]
	}
	if folded, err := precis.UsernameCaseMapped.String(username); err == nil {
		return folded
	}
	return username
}

func nameFault(username string) string {
	folded, err := precis.UsernameCaseMapped.String(username)
	switch {
	case username == "":
		return "The username is empty. Choose one."
	case err != nil || strings.ContainsFunc(folded, invalid):
		return "A username consists of letters and digits, with . _ - allowed between them. Choose another one."
	case len([]rune(folded)) > maxUsername:
		return "The username is longer than 32 characters. Choose a shorter one."
	}
	return ""
}

// invalid reports what has no place in a name that others see.
func invalid(r rune) bool {
	return !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Digit) && !strings.ContainsRune("._-", r)
}

// SignUp makes an account with the role "user". What is wrong with the name or
// the password is a refusal with status 422, a name that is taken one with 409.
func (a *Accounts) SignUp(ctx context.Context, username, password string) (data.User, error) {
	fault := nameFault(username)
	if fault == "" {
		fault = weakness(password, username)
	}
	if fault != "" {
		trace.Start(ctx, trace.PasswordCheck).Refuse(trace.SignUpInvalid)
		return data.User{}, &door.Refusal{Status: http.StatusUnprocessableEntity, Kind: door.Malformed, Detail: fault}
	}
	if err := a.checkRate(ctx, "Too many accounts were created from your address.", func() (time.Duration, error) {
		return a.attempts.beginSignUp(door.ClientOf(ctx), a.now()), nil
	}); err != nil {
		return data.User{}, err
	}
	step := trace.Start(ctx, trace.PasswordCheck)
	hash, err := a.hasher.hash(password)
	if err != nil {
		return data.User{}, notHashed(step, err)
	}
	user, err := a.users.Create(ctx, username, fold(username), hash, door.RoleUser, a.now())
	switch {
	case errors.Is(err, data.ErrTaken):
		step.Refuse(trace.UsernameTaken)
		return data.User{}, &door.Refusal{Status: http.StatusConflict, Kind: door.Malformed, Detail: "This username is taken. Choose another one."}
	case err != nil:
		step.In(a.users.Where()).Refuse(trace.DatabaseUnwritable)
		return data.User{}, door.Failure("The account cannot be saved right now.", err)
	}
	slog.InfoContext(ctx, "account made", "username", user.Username)
	return user, nil
}

// The demo accounts, made with a new database. Their passwords are published.
var demoAccounts = []struct{ username, password, role string }{
	{"ada", "lovelace", door.RoleUser},
	{"grace", "nanosecond", door.RoleAdmin},
}

func isDemo(folded string) bool {
	for _, demo := range demoAccounts {
		if demo.username == folded {
			return true
		}
	}
	return false
}

// OpenDemo makes the demo accounts when there is no account yet, and writes nothing
// otherwise. Of several processes that do so at once, one makes them.
func (a *Accounts) OpenDemo(ctx context.Context) error {
	if n, err := a.users.Count(ctx); err != nil || n > 0 {
		return err
	}
	var accounts []data.NewAccount
	for _, demo := range demoAccounts {
		hash, err := a.hasher.hash(demo.password)
		if err != nil {
			return err
		}
		accounts = append(accounts, data.NewAccount{Username: demo.username, Folded: demo.username, PasswordHash: hash, Role: demo.role})
	}
	if err := a.users.CreateFirst(ctx, accounts, a.now()); err != nil {
		return fmt.Errorf("create the demo accounts: %w", err)
	}
	debug.FreeOSMemory() // hashing took 19 MiB each time, and nobody may log in for hours
	return nil
}
