package room

import (
	"time"

	"twodoors/web/upstream"
)

// enter lets a request go to the server's process, and reports whether there is one to go
// to. Whoever entered leaves.
func (s *Server) enter() (w *upstream.Transport, p *process, ok bool) {
	if !s.busy.TryRLock() { // it is being drained
		return nil, nil, false
	}
	w, p = s.way()
	if w == nil {
		s.busy.RUnlock()
	}
	return w, p, w != nil
}

func (s *Server) leave() { s.busy.RUnlock() }

// drain waits, within a bounded time, until no request is under way; those that
// come meanwhile go elsewhere. So ending the process fails none.
func (s *Server) drain() {
	drained := make(chan struct{})
	go func() {
		s.busy.Lock()
		defer s.busy.Unlock()
		close(drained)
	}()
	select {
	case <-drained:
	case <-time.After(finishTimeout):
	}
}
