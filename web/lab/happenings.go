package lab

import (
	"slices"
	"strings"

	"twodoors/web/trace"
)

// Newest returns the last n.
func (h History) Newest(n int) History { return h[max(0, len(h)-n):] }

// Happening is something that happened, and how often: what a lab's own client does
// again and again, with the same end, stands once.
type Happening struct {
	Seen
	Times int
}

// Happenings are what happened, each end of what is repeated once.
func (h History) Happenings() (all []Happening) {
	for _, s := range h {
		if again := repeated(all, s); again != nil {
			again.Seen = s
			again.Times++
			continue
		}
		all = append(all, Happening{s, 1})
	}
	return all
}

// repeated finds what a lab's own client does again, since the visitor did something.
func repeated(all []Happening, s Seen) *Happening {
	for i := len(all) - 1; i >= 0 && s.Client != "" && all[i].Client != ""; i-- {
		if last := &all[i]; last.Client == s.Client && last.Path == s.Path && last.Status == s.Status && last.Reason == s.Reason && last.Credential == s.Credential {
			return last
		}
	}
	return nil
}

// Ended is how it ended. What a lab answers itself is allowed.
func (s Seen) Ended() trace.Outcome {
	if s.Outcome == "" {
		return trace.Allowed
	}
	return s.Outcome
}

// Deed is what a request to a door was for: "log in", "log out" or "call", empty for
// anything else.
func (s Seen) Deed() string {
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

// Last is the newest thing of which everything holds, if there is one.
func (p *Progress) Last(what ...Is) (last Seen, found bool) {
	if p == nil {
		return last, false
	}
	return p.History.Last(what...)
}

// TaskDeeds are the deeds of one task, the newest first.
type TaskDeeds struct {
	Task  int // counted from 0
	Deeds History
}

// DeedsByTask are the deeds of which all else holds, by task. The newest task comes first.
func (p *Progress) DeedsByTask(what ...Is) (all []TaskDeeds) {
	if p == nil {
		return nil
	}
	for task := len(p.Since) - 1; task >= 0; task-- {
		deeds := p.Of(task).Every(append(what, func(s Seen) bool { return s.Deed() != "" })...)
		slices.Reverse(deeds)
		if len(deeds) > 0 {
			all = append(all, TaskDeeds{task, deeds})
		}
	}
	return all
}

// MostServers is the highest number of a server that answered.
func (h History) MostServers() (n int) {
	for _, s := range h {
		n = max(n, s.Server)
	}
	return n
}
