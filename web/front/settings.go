package front

import (
	"errors"
	"fmt"
	"log/slog"
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
	if chosen.Doors != before.Doors {
		if err := f.Fleet.adopt(before.Doors, chosen.Doors, by); err != nil {
			return err
		}
	}
	if chosen.Balance != before.Balance {
		f.balance(chosen.Balance)
	}
	err := f.Fleet.resize(chosen.Servers)
	changed = before.Changed(f.settings())
	if len(changed) > 0 {
		f.Fleet.Room.note(by, "changed", "From now on: "+strings.Join(changed, ", ")+".")
	}
	return partly(changed, err)
}

// adopt is Adopt with a Redis to go with it. One that was brought for settings that are
// then refused is taken away again.
func (f *Fleet) adopt(before, chosen settings.Doors, by string) error {
	brought := false
	if chosen.Store == settings.StoreRedis && before.Store != chosen.Store {
		var err error
		if brought, err = f.bringStore(by); err != nil {
			return err
		}
	}
	_, err := f.Adopt(chosen, nil)
	if err != nil && brought {
		f.takeStore()
	}
	return err
}

// partly is an error of the last step of a change, with what was changed before it.
func partly(changed []string, err error) error {
	switch {
	case err == nil:
		return nil
	case len(changed) == 0:
		return unchanged(err.Error())
	}
	return &request.Fault{Status: http.StatusServiceUnavailable, Detail: "From now on: " + strings.Join(changed, ", ") + ". The rest was not changed: " + err.Error() + "."}
}

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
	id, lost, err := f.rotate(seatName(r), asked.Retire)
	if err != nil {
		refuse(w, err)
		return
	}
	response.JSON(w, http.StatusOK, struct {
		KeyID  string `json:"kid"`    // signs from now on; with keys per server, that of one of them
		Thrown int    `json:"thrown"` // tokens that had not expired and are refused from now on
	}{id, lost})
}

// rotate changes to a new key, and returns its id and how many tokens are refused from
// now on.
func (f *Front) rotate(by string, retire bool) (id string, lost int, err error) {
	f.Fleet.choosing.Lock() // a setting that somebody changes meanwhile stays changed
	defer f.Fleet.choosing.Unlock()
	done, err := f.Fleet.Adopt(f.settings().Doors, &relay.Rotation{Retire: retire})
	if err != nil {
		return "", 0, err
	}
	for _, tokens := range done.Lost {
		lost += tokens
	}
	key := "A new key signs from now on: " + done.KeyID + "."
	if f.settings().Keys == settings.KeysPerServer {
		key = "Each server signs with a new key of its own from now on."
	}
	if retire {
		f.Fleet.Room.note(by, "changed", key+" The old ones are retired. "+thrown(lost))
	} else {
		f.Fleet.Room.note(by, "changed", key+" The old ones still verify: nobody was thrown out.")
	}
	return done.KeyID, lost, nil
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

// faultOf is what people are told about an error; what they are not told is logged.
func faultOf(err error) *request.Fault {
	if fault, ok := errors.AsType[*request.Fault](err); ok {
		return fault
	}
	slog.Error("the front failed", "err", err)
	return &request.Fault{Status: http.StatusServiceUnavailable, Detail: "This did not work just now. The log says why; try again in a second."}
}

func refuse(w http.ResponseWriter, err error) {
	fault := faultOf(err)
	problem := response.Problem{Status: fault.Status, Detail: fault.Detail}
	if fault.Status == http.StatusServiceUnavailable {
		problem.RetryAfter = time.Second
	}
	response.Refuse(w, problem)
}
