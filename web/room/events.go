package room

import (
	"fmt"
	"time"

	"twodoors/web/settings"
)

// noteStarted notes that a server serves, and what that means for who was logged in.
func (r *Room) noteStarted(s *Server, ordered Action, took time.Duration) {
	ms := fmt.Sprintf("%d ms", max(took.Milliseconds(), 1))
	s.mu.Lock()
	s.took = took
	first, by := s.starts == 1, s.orderedBy
	s.mu.Unlock()
	switch {
	case first:
		r.journal.note(by, Began, fmt.Sprintf("Server %d started in %s.", s.Number, ms))
	case ordered == woken:
		r.journal.note(by, Woke, fmt.Sprintf("Server %d woke up in %s. %s", s.Number, ms, r.remembers()))
	case ordered == Restart:
		r.journal.note(by, Restarted, fmt.Sprintf("Server %d restarted in %s. %s", s.Number, ms, r.remembers()))
	case ordered == Crash:
		r.journal.note(by, Crashed, fmt.Sprintf("Server %d crashed and is back after %s. %s", s.Number, ms, r.remembers()))
	case ordered == Start:
		r.journal.note(by, Restarted, fmt.Sprintf("Server %d is back, %s after the order to start. %s", s.Number, ms, r.remembers()))
	default:
		r.journal.note("", Restarted, fmt.Sprintf("Server %d is back, %s after it ended. %s", s.Number, ms, r.remembers()))
	}
}

// noteCrashed notes that a process ended and nobody had asked for it.
func (r *Room) noteCrashed(s *Server, p *process) {
	text := fmt.Sprintf("Server %d ended by itself (pid %d, %s) and is being restarted. %s", s.Number, p.pid(), p.how(), r.forgets())
	if why := p.blamed.Load(); why != nil {
		text = fmt.Sprintf("Server %d %s (pid %d) and is being restarted. %s", s.Number, *why, p.pid(), r.forgets())
	}
	r.journal.note("", Crashed, text)
}

// noteHung notes that a process does not answer, though it is there.
func (r *Room) noteHung(s *Server, p *process) {
	text := fmt.Sprintf("Server %d does not answer (pid %d). It gets no requests until it does.", s.Number, p.pid())
	if r.inMemory() {
		text += " The sessions in its memory cannot be reached."
	}
	r.journal.note("", Unanswered, text)
}

// noteRevived notes that a process that hung answers again.
func (r *Room) noteRevived(s *Server, after time.Duration) {
	text := fmt.Sprintf("Server %d answers again, after %s.", s.Number, after.Round(100*time.Millisecond))
	if r.inMemory() {
		text += " The sessions in its memory are still there."
	}
	r.journal.note("", Revived, text)
}

// remembers is what the new process of a server means for who was logged in.
func (r *Room) remembers() string {
	if r.inMemory() {
		return "It knows no sessions: they were in its memory. Tokens are as valid as before."
	}
	return "Sessions are stored elsewhere, so none was lost."
}

// forgets is what the end of a server means for who was logged in.
func (r *Room) forgets() string {
	if r.inMemory() {
		return "The sessions in its memory are gone."
	}
	return "Sessions are stored elsewhere, so none was lost."
}

// noteRotated notes the change to a new key, and what it means for the tokens already issued.
func (r *Room) noteRotated(by string, rotated Rotation, keys string, retire bool) {
	text := "New signing key: " + rotated.KeyID + "."
	if keys == settings.KeysPerServer {
		text = "Each server now signs with its own new key."
	}
	switch {
	case !retire:
		text += " Tokens signed with the old keys stay valid."
	case rotated.Invalidated == 0:
		text += " The old keys are retired. No unexpired token was affected."
	case rotated.Invalidated == 1:
		text += " The old keys are retired. One token is no longer valid."
	default:
		text += fmt.Sprintf(" The old keys are retired. %d tokens are no longer valid.", rotated.Invalidated)
	}
	r.journal.note(by, Changed, text)
}
