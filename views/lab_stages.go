package views

import (
	"strings"

	"twodoors/web/labs"
)

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
	return newest(calls)
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
