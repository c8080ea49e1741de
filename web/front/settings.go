package front

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"twodoors/web/relay"
	"twodoors/web/request"
	"twodoors/web/response"
	"twodoors/web/settings"
)

// changeSettings answers PATCH /api/settings: what the body leaves out stays as it
// is.
func (f *Front) changeSettings(w http.ResponseWriter, r *http.Request) {
	if !f.mayControl(w, r) {
		return
	}
	err := f.choose(seatName(r), func(chosen *settings.Settings) error { return request.JSON(r, chosen) })
	if err != nil {
		refuse(w, err)
		return
	}
	response.JSON(w, http.StatusOK, f.settings())
}

// choose makes the site go by changed settings, if they can be, for a seat.
func (f *Front) choose(by string, change func(*settings.Settings) error) error {
	f.Fleet.choosing.Lock()
	defer f.Fleet.choosing.Unlock()
	before := f.settings()
	chosen := before
	if err := change(&chosen); err != nil {
		return err
	}
	changed := before.Changed(chosen)
	if err := chosen.Check(); err != nil {
		return &request.Fault{Status: http.StatusUnprocessableEntity, Detail: asMember(err.Error()) + "."}
	}
	if len(changed) == 0 {
		return nil
	}
	if chosen.Store == settings.StoreRedis {
		if before.Store != chosen.Store && !f.Fleet.Store.answers(context.Background()) {
			return errSilent
		}
		if err := f.Fleet.openStore(); err != nil {
			return err
		}
	}
	if chosen.Doors != before.Doors {
		if _, err := f.Fleet.Adopt(chosen.Doors, nil); err != nil {
			return err
		}
	}
	if chosen.Balance != before.Balance {
		f.balance(chosen.Balance)
	}
	f.Fleet.Room.note(by, "changed", "From now on: "+strings.Join(changed, ", ")+".")
	return f.Fleet.resize(chosen.Servers)
}

// errSilent refuses to move the sessions to where nobody finds them.
var errSilent = &request.Fault{Status: http.StatusConflict, Detail: "The Redis that was named at the start does not answer, so nobody could log in at the session door. Start it, then choose redis again."}

// asMember names a setting as the API does, not as the command line.
func asMember(fault string) string {
	flag, rest, _ := strings.Cut(fault, " ")
	return strings.ReplaceAll(strings.TrimPrefix(flag, "--"), "-", "_") + " " + rest
}

// rotateKeys answers POST /api/keys/rotate. When it has answered, every server
// signs with a new key, and with "retire" none accepts an older one.
func (f *Front) rotateKeys(w http.ResponseWriter, r *http.Request) {
	if !f.mayControl(w, r) {
		return
	}
	var asked struct {
		Retire bool `json:"retire"`
	}
	if r.ContentLength != 0 {
		if err := request.JSON(r, &asked); err != nil {
			refuse(w, err)
			return
		}
	}
	done, err := f.rotate(seatName(r), asked.Retire)
	if err != nil {
		refuse(w, err)
		return
	}
	response.JSON(w, http.StatusOK, struct {
		KeyID  string `json:"kid"`    // signs from now on; with keys per server, that of one of them
		Thrown int    `json:"thrown"` // tokens that had not expired and are refused from now on
	}{done.KeyID, done.Thrown})
}

func (f *Front) rotate(by string, retire bool) (relay.Done, error) {
	done, err := f.Fleet.Adopt(f.settings().Doors, &relay.Rotation{Retire: retire})
	switch {
	case err != nil:
		return done, err
	case done.Fault != "":
		return done, &request.Fault{Status: http.StatusConflict, Detail: done.Fault}
	}
	key := "A new key signs from now on: " + done.KeyID + "."
	if f.settings().Keys == settings.KeysPerServer {
		key = "Each server signs with a new key of its own from now on."
	}
	if retire {
		f.Fleet.Room.note(by, "changed", key+" The old ones are retired. "+thrown(done.Thrown))
	} else {
		f.Fleet.Room.note(by, "changed", key+" The old ones still verify: nobody was thrown out.")
	}
	return done, nil
}

func thrown(tokens int) string {
	switch tokens {
	case 0:
		return "No token was out that had not expired."
	case 1:
		return "That threw out one token."
	}
	return fmt.Sprintf("That threw out %d tokens.", tokens)
}

func refuse(w http.ResponseWriter, err error) {
	if fault, ok := errors.AsType[*request.Fault](err); ok {
		response.Refuse(w, response.Problem{Status: fault.Status, Detail: fault.Detail})
		return
	}
	response.Refuse(w, response.Problem{Status: http.StatusServiceUnavailable, RetryAfter: time.Second, Detail: "No server could be told. The log says why; try again in a second."})
}
