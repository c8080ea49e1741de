package front

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"twodoors/views"
	"twodoors/web/request"
	"twodoors/web/response"
	"twodoors/web/settings"
)

// settingsPanel is where the room shows the forms of the settings.
const settingsPanel = "/servers#settings"

// settingsForm changes the settings by the room's form.
func (f *Front) settingsForm(r *http.Request) error {
	return f.Stage.Change(seatName(r), func(chosen *settings.Settings) error { return fromForm(r, chosen) })
}

// keysForm changes the signing key by the room's form.
func (f *Front) keysForm(r *http.Request) error {
	_, err := f.Stage.Rotate(seatName(r), r.PostForm.Get("retire") == "true")
	return err
}

// addForm adds a server by the room's form.
func (f *Front) addForm(r *http.Request) error {
	_, err := f.Stage.Add(r.Context(), seatName(r))
	return err
}

// byForm does what a form of the room asks for. The page's script gets a problem
// when it cannot be; without a script the room is shown again, at the place where the
// form was or with what is wrong.
func (f *Front) byForm(place string, do func(*http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := request.Form(r)
		if err == nil {
			err = do(r)
		}
		switch {
		case err == nil && wantsPage(r):
			response.See(w, place)
		case err == nil:
			response.JSON(w, http.StatusOK, f.Stage.Settings())
		case wantsPage(r):
			problem := problemOf(r.Context(), err)
			f.showServerRoom(w, r, problem.Status, views.SettingsForm{Fault: problem.Detail, Entered: entered(r)})
		default:
			refuse(w, r, err)
		}
	}
}

// entered is what somebody filled in. The form says what each field showed before: what
// is still so was not chosen, and may be out of date by now.
func entered(r *http.Request) map[string]string {
	fields := map[string]string{}
	for name, values := range r.PostForm {
		before, shown := r.PostForm[views.Shown+name]
		if strings.HasPrefix(name, views.Shown) || shown && before[0] == values[0] {
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
	field := "This"
	if wrong, ok := errors.AsType[*json.SemanticError](err); ok {
		field = strings.TrimPrefix(string(wrong.JSONPointer), "/")
	}
	return &request.Fault{Status: http.StatusUnprocessableEntity, Detail: field + " cannot be that. Write a time as 30s, 5m or 24h, and a count as a number."}
}
