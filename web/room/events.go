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
		r.journal.note(by, Woke, fmt.Sprintf("Server %d serves again: it woke in %s. %s", s.Number, ms, r.remembers()))
	case ordered == Restart:
		r.journal.note(by, Restarted, fmt.Sprintf("Server %d restarted in %s. %s", s.Number, ms, r.remembers()))
	case ordered == Crash:
		r.journal.note(by, Crashed, fmt.Sprintf("Server %d was crashed, and serves again after %s. %s", s.Number, ms, r.remembers()))
	case ordered == Start:
		r.journal.note(by, Restarted, fmt.Sprintf("Server %d serves again, %s after it was told to. %s", s.Number, ms, r.remembers()))
	default:
		r.journal.note("", Restarted, fmt.Sprintf("Server %d serves again, %s after it had ended. %s", s.Number, ms, r.remembers()))
	}
}

// noteCrashed notes that a process ended and nobody had asked for it.
func (r *Room) noteCrashed(s *Server, p *process) {
	text := fmt.Sprintf("Server %d ended by itself (pid %d, %s). It is started again. %s", s.Number, p.pid(), p.how(), r.forgets())
	if why := p.blamed.Load(); why != nil {
		text = fmt.Sprintf("Server %d %s (pid %d). It is started again. %s", s.Number, *why, p.pid(), r.forgets())
	}
	r.journal.note("", Crashed, text)
}

// noteHung notes that a process does not answer, though it is there.
func (r *Room) noteHung(s *Server, p *process) {
	text := fmt.Sprintf("Server %d does not answer (pid %d). No request goes to it until it answers again.", s.Number, p.pid())
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
		return "It remembers nobody: its sessions were in its memory. Tokens are as good as before."
	}
	return "The sessions are kept elsewhere: nobody was forgotten."
}

// forgets is what the end of a server means for who was logged in.
func (r *Room) forgets() string {
	if r.inMemory() {
		return "The sessions in its memory are gone."
	}
	return "Its sessions are kept elsewhere: nobody was forgotten."
}

// noteRotated notes the change to a new key, and what it means for the tokens that are out.
func (r *Room) noteRotated(by string, rotated Rotation, keys string, retire bool) {
	text := "A new key signs from now on: " + rotated.KeyID + "."
	if keys == settings.KeysPerServer {
		text = "Each server signs with a new key of its own from now on."
	}
	switch {
	case !retire:
		text += " The old ones still verify: nobody was thrown out."
	case rotated.Invalidated == 0:
		text += " The old ones are retired. No token was out that had not expired."
	case rotated.Invalidated == 1:
		text += " The old ones are retired. That threw out one token."
	default:
		text += fmt.Sprintf(" The old ones are retired. That threw out %d tokens.", rotated.Invalidated)
	}
	r.journal.note(by, Changed, text)
}
