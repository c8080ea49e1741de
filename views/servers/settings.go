package servers

import (
	"strings"
	"time"

	"twodoors/web/settings"
)

// Settings is what the page of the settings shows.
type Settings struct {
	Chosen     settings.Settings
	MayControl bool
	MaxServers int    // that the room may have
	Changed    string // what the visitor has just changed; empty when nothing

	Fault   string            // what is wrong with what somebody entered
	Wrong   string            // the field that it is about, empty when it is about none
	Entered map[string]string // that, by the names of the fields
}

// Shown begins the name of the field that says what another one showed when the page
// was made: whoever leaves it so does not undo what others choose meanwhile.
const Shown = "shown-"

// value is what a field shows: what somebody entered there, or what is chosen.
func (s Settings) value(name, chosen string) string {
	if entered, ok := s.Entered[name]; ok {
		return entered
	}
	return chosen
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
