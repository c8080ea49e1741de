package theft

import (
	"net/http"
	"strconv"
	"strings"
)

// says tells how the thief fares at each door for which it has a credential.
func says(session, token *tally) string {
	var in, sentences []string
	for _, at := range []struct {
		name string
		last *tally
	}{{"session", session}, {"token", token}} {
		switch {
		case at.last == nil:
		case at.last.Status == http.StatusOK:
			in = append(in, "at the "+at.name+" door")
		case at.last.Status == 0:
			sentences = append(sentences, "The "+at.name+" door did not answer the thief.")
		default:
			sentences = append(sentences, "The "+at.name+" door refuses the thief: "+strconv.Itoa(at.last.Status)+".")
		}
	}
	if len(in) > 0 {
		sentences = append([]string{"The thief is logged in as you " + strings.Join(in, " and ") + "."}, sentences...)
	}
	return strings.Join(sentences, " ")
}

// loot names what was stolen, by door.
func loot(stolen map[string]http.Header) string {
	var all []string
	if stolen["session"] != nil {
		all = append(all, "your session cookie")
	}
	if stolen["token"] != nil {
		all = append(all, "your token")
	}
	return strings.Join(all, " and ")
}
