package front

import "time"

func (s *Server) route() *hop {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.way
}

// enter lets a request go to the server's process, nil when there is none to go to.
// Who entered leaves.
func (s *Server) enter() *hop {
	if !s.busy.TryRLock() { // it is being drained
		return nil
	}
	way := s.route()
	if way == nil {
		s.busy.RUnlock()
	}
	return way
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
