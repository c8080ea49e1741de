package views

import (
	"slices"
	"strconv"
	"strings"

	"twodoors/web/lab"
	"twodoors/web/lab/store"
)

// shownCalls is how many requests a stage shows.
const shownCalls = 12

// doorCalls are the newest requests to either door, oldest first.
func doorCalls(p *lab.Progress) (calls lab.History) {
	if p == nil {
		return nil
	}
	for _, s := range p.History {
		if s.Server > 0 && deed(s) != "" {
			calls = append(calls, s)
		}
	}
	return calls[max(0, len(calls)-shownCalls):]
}

// sessionCalls are the newest requests to the session door, oldest first.
func sessionCalls(p *lab.Progress) (calls lab.History) {
	if p == nil {
		return nil
	}
	for _, s := range p.History {
		if s.Door == "session" && deed(s) != "" {
			calls = append(calls, s)
		}
	}
	return calls[max(0, len(calls)-shownCalls):]
}

// deed is what a request to a door was for, empty for what no stage shows.
func deed(s lab.Seen) string {
	if s.Door == "" {
		return ""
	}
	switch s.Path[strings.LastIndexByte(s.Path, '/')+1:] {
	case "login":
		return "log in"
	case "logout":
		return "log out"
	case "me":
		return "call"
	}
	return ""
}

// mostServers is how many servers a table of calls needs.
func mostServers(calls lab.History) (n int) {
	for _, s := range calls {
		n = max(n, s.Server)
	}
	return n
}

func storeWord(s lab.Seen) string {
	if s.Settings.StoreAway {
		return "away"
	}
	return "there"
}

// carelessWord is what a careless site would have answered, when that differs.
func carelessWord(s lab.Seen) string {
	status, mistake := store.CarelessAnswer(s)
	if mistake == "" {
		return "same"
	}
	return strconv.Itoa(status)
}

// mistakes are all that a careless site would have made, each once.
func mistakes(calls lab.History) string {
	var made []string
	for _, s := range calls {
		if _, mistake := store.CarelessAnswer(s); mistake != "" && !slices.Contains(made, mistake) {
			made = append(made, mistake)
		}
	}
	return strings.Join(made, " ")
}
