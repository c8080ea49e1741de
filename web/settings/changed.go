package settings

import (
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
)

// Changed lists what differs in later settings, each as "alg ES256".
func (s Settings) Changed(later Settings) []string {
	before, after := s.members(), later.members()
	var changed []string
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if before[name] != after[name] {
			changed = append(changed, name+" "+after[name])
		}
	}
	return changed
}

// Differing lists the names of settings, as the API has them, that are not the same in other ones.
func (d Doors) Differing(others Doors) (names []string) {
	these, those := Settings{Doors: d}.members(), Settings{Doors: others}.members()
	for _, name := range slices.Sorted(maps.Keys(these)) {
		if these[name] != those[name] {
			names = append(names, name)
		}
	}
	return names
}

// Value is a setting as the API has it.
func (d Doors) Value(name string) string { return Settings{Doors: d}.members()[name] }

// members are the settings as texts, by their names in the API.
func (s Settings) members() map[string]string {
	text, err := json.Marshal(s)
	values := map[string]any{}
	if err == nil {
		err = json.Unmarshal(text, &values)
	}
	if err != nil {
		panic(err) // the struct cannot be written as JSON
	}
	members := map[string]string{}
	for name, value := range values {
		members[name] = fmt.Sprint(value)
	}
	return members
}
