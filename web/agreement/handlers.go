package agreement

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"twodoors/data"
	"twodoors/web/httpio"
	"twodoors/web/passcode"
	"twodoors/web/relay"
	"twodoors/web/settings"
)

// Handlers are how people change what is agreed at a server that runs alone.
type Handlers struct {
	Member   *Member
	Passcode *passcode.Passcode
	Check    func(*settings.Doors) error // refuses settings that cannot be, by a settings.Fault
}

// Routes are theirs. Whoever changes something has entered the passcode before.
func (h *Handlers) Routes(mux *http.ServeMux) {
	mux.HandleFunc("POST /servers/passcode", h.enter)
	mux.HandleFunc("PATCH /api/settings", h.Passcode.Guard(h.change))
	mux.HandleFunc("POST /api/keys/rotate", h.Passcode.Guard(h.rotate))
}

// enter remembers who knows the passcode.
func (h *Handlers) enter(w http.ResponseWriter, r *http.Request) {
	err := httpio.ReadForm(r)
	if err == nil {
		err = h.Passcode.Enter(w, r, r.PostForm.Get("passcode"))
	}
	if err != nil {
		refuse(w, r, err)
		return
	}
	httpio.Empty(w, http.StatusNoContent)
}

// change answers PATCH /api/settings: what the body leaves out stays as it is.
func (h *Handlers) change(w http.ResponseWriter, r *http.Request) {
	asked, err := httpio.ReadObject(r) // before the change, which others wait for
	if err != nil {
		refuse(w, r, err)
		return
	}
	outcome, err := h.Member.Change(r.Context(), func(chosen *settings.Doors) error {
		if err := asked.Into(chosen); err != nil {
			return err
		}
		return h.Check(chosen)
	}, nil)
	if err != nil {
		refuse(w, r, err)
		return
	}
	slog.InfoContext(r.Context(), "settings changed", "missing", strings.Join(outcome.Missing, ", "))
	httpio.WriteJSON(w, http.StatusOK, struct {
		settings.Doors
		Missing []string `json:"missing"` // servers that do not follow
	}{outcome.Settings, orNone(outcome.Missing)})
}

// rotate answers POST /api/keys/rotate. When it has answered, every server signs with a new key, and with "retire" none
// accepts an older one, but for those that it names.
func (h *Handlers) rotate(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Retire bool `json:"retire"`
	}
	if r.ContentLength != 0 {
		if err := httpio.ReadJSON(r, &asked); err != nil {
			refuse(w, r, err)
			return
		}
	}
	outcome, err := h.Member.Change(r.Context(), func(chosen *settings.Doors) error {
		if chosen.Keys == settings.KeysPerServer {
			return errPerServer
		}
		return nil
	}, &relay.Rotation{Retire: asked.Retire})
	if err != nil {
		refuse(w, r, err)
		return
	}
	invalidated := 0
	for _, tokens := range outcome.Done.Invalidated {
		invalidated += tokens
	}
	slog.InfoContext(r.Context(), "signing key rotated", "kid", outcome.Done.KeyID, "retire", asked.Retire, "missing", strings.Join(outcome.Missing, ", "))
	httpio.WriteJSON(w, http.StatusOK, struct {
		KeyID       string   `json:"kid"`
		Invalidated int      `json:"invalidated"` // tokens that had not expired and are refused from now on
		Missing     []string `json:"missing"`     // servers that do not follow
	}{outcome.Done.KeyID, invalidated, orNone(outcome.Missing)})
}

var errPerServer = &httpio.Fault{
	Status: http.StatusConflict, Detail: "Each server has a separate key in memory. Restart the servers one by one to give them new ones, or change keys to shared.",
}

func orNone(names []string) []string { return append([]string{}, names...) }

// refuse says for people why nothing has changed; what they are not told is logged.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	httpio.Refuse(w, problemOf(r.Context(), err))
}

func problemOf(ctx context.Context, err error) httpio.Problem {
	if fault, ok := errors.AsType[*httpio.Fault](err); ok {
		return httpio.Problem{Status: fault.Status, Detail: fault.Detail, RetryAfter: fault.After}
	}
	if fault, ok := errors.AsType[*settings.Fault](err); ok {
		return httpio.Problem{Status: http.StatusUnprocessableEntity, Detail: fault.Setting + " " + fault.Must + "."}
	}
	if errors.Is(err, data.ErrChanged) {
		return httpio.Problem{Status: http.StatusConflict, Detail: "Others keep changing settings or keys at the same moment. Send the change again."}
	}
	slog.ErrorContext(ctx, "settings and keys cannot be changed", "err", err)
	detail := cmp.Or(data.KindOf(err).Sentence(), "Settings and keys cannot be changed now. The log says why.")
	return httpio.Problem{Status: http.StatusServiceUnavailable, Detail: detail, RetryAfter: time.Second}
}
