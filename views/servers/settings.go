package servers

import (
	"strings"
	"time"
)

// SettingsForm is what the form of the settings shows beside what is chosen.
type SettingsForm struct {
	Fault   string            // what is wrong with what somebody entered
	Wrong   string            // the field that it is about, empty when it is about none
	Entered map[string]string // that, by the names of the fields
}

// Shown begins the name of the field that says what another one showed when the page
// was made: whoever leaves it so does not undo what others choose meanwhile.
const Shown = "shown-"

// value is what a field shows: what somebody entered there, or what is chosen.
func (f SettingsForm) value(name, chosen string) string {
	if entered, ok := f.Entered[name]; ok {
		return entered
	}
	return chosen
}

// lastChange is the newest change of the settings or the key.
func (r Room) lastChange() Event {
	for _, e := range r.Events {
		if e.Kind == "changed" {
			return e
		}
	}
	return Event{}
}

// short leaves out of a duration what is zero behind it: "24h", not "24h0m0s".
func short(lasts time.Duration) string {
	text := lasts.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
