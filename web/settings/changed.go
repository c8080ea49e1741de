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
