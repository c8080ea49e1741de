package serverroom

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"twodoors/views/servers"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/room"
	"twodoors/web/settings"
)

// The pages that have forms.
const (
	roomPage     = "/servers"
	settingsPage = "/servers/settings"
)

// ChangeForm changes settings by the form of their page.
func (h *Handlers) ChangeForm(w http.ResponseWriter, r *http.Request) {
	h.byForm(w, r, backTo(r, settingsPage), func() error { return h.change(r) })
}

// SwitchForm changes settings by the switches beside the picture of the room.
func (h *Handlers) SwitchForm(w http.ResponseWriter, r *http.Request) {
	h.byForm(w, r, roomPage, func() error { return h.change(r) })
}

func (h *Handlers) change(r *http.Request) error {
	return h.room(r).Change(reply.Seat(r), func(chosen *settings.Settings) error { return fromForm(r, chosen) })
}

// RotateForm changes the signing key by a form.
func (h *Handlers) RotateForm(w http.ResponseWriter, r *http.Request) {
	h.byForm(w, r, settingsPage, func() error {
		_, err := h.room(r).Rotate(reply.Seat(r), r.PostForm.Get("retire") == "true")
		return err
	})
}

// AddForm adds a server by the room's form.
func (h *Handlers) AddForm(w http.ResponseWriter, r *http.Request) {
	h.byForm(w, r, roomPage, func() error {
		_, err := h.room(r).Add(r.Context(), reply.Seat(r))
		return err
	})
}

// RemoveForm removes a server by the room's form.
func (h *Handlers) RemoveForm(w http.ResponseWriter, r *http.Request) {
	h.byForm(w, r, roomPage, func() error { return h.remove(r) })
}

// PasscodeForm lets somebody in who knows the passcode.
func (h *Handlers) PasscodeForm(w http.ResponseWriter, r *http.Request) {
	h.byForm(w, r, roomPage, func() error { return h.Passcode.Enter(w, r, r.PostForm.Get("passcode")) })
}

// backTo is where a form leads: those of the home page back there, by way of the protected page, which
// says who the visitor is by now.
func backTo(r *http.Request, place string) string {
	if r.URL.Query().Get("then") == "home" {
		return "/session/account?then=home"
	}
	return place
}

// byForm does what a form of a page asks for. The page's script gets a problem when it cannot be;
// without a script the page is shown again, with what is wrong.
func (h *Handlers) byForm(w http.ResponseWriter, r *http.Request, page string, do func() error) {
	err := httpio.ReadForm(r)
	if err == nil {
		err = do()
	}
	switch {
	case err == nil && reply.WantsPage(r):
		httpio.See(w, page)
	case err == nil:
		httpio.WriteJSON(w, http.StatusOK, h.room(r).Settings())
	case reply.WantsPage(r) && page == settingsPage:
		problem := reply.ProblemOf(r.Context(), err)
		shown := servers.Settings{Fault: problem.Detail, Entered: entered(r)}
		if refusal, ok := errors.AsType[*room.Refusal](err); ok {
			shown.Wrong = refusal.Setting
		}
		h.showSettings(w, r, problem.Status, shown)
	case reply.WantsPage(r):
		problem := reply.ProblemOf(r.Context(), err)
		h.show(w, r, problem.Status, problem.Detail)
	default:
		reply.Refuse(w, r, err)
	}
}

// entered is what somebody filled in. The form says what each field showed before: what
// is still so was not chosen, and may be out of date by now.
func entered(r *http.Request) map[string]string {
	fields := map[string]string{}
	for name, values := range r.PostForm {
		before, shown := r.PostForm[servers.Shown+name]
		if strings.HasPrefix(name, servers.Shown) || shown && before[0] == values[0] {
			continue
		}
		fields[name] = values[0]
	}
	return fields
}

// fromForm reads a form as the API reads its body: one validation for both.
func fromForm(r *http.Request, into *settings.Settings) error {
	fields, members := entered(r), map[string]any{}
	for name, value := range fields {
		members[name] = value
	}
	if n, err := strconv.Atoi(fields["servers"]); err == nil {
		members["servers"] = n
	}
	text, err := json.Marshal(members)
	if err == nil {
		err = json.Unmarshal(text, into, json.RejectUnknownMembers(true))
	}
	if err == nil {
		return nil
	}
	field := ""
	if wrong, ok := errors.AsType[*json.SemanticError](err); ok {
		field = strings.TrimPrefix(string(wrong.JSONPointer), "/")
	}
	return &room.Refusal{Kind: room.Invalid, Setting: field, Detail: cmp.Or(field, "This") + " cannot have that value. Write a time such as 30s, 5m or 24h, and a count as a number."}
}
