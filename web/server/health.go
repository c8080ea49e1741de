package server

import (
	"cmp"
	"context"
	"time"

	"twodoors/data"
	"twodoors/web/health"
)

// Database is what both doors stand on.
type Database interface {
	Ping(ctx context.Context) error     // nil when it can be read
	Writable(ctx context.Context) error // nil when it takes changes
}

// rarely is how often it is tried what costs more than a question.
const rarely = 5 * time.Second

// Readiness is what the doors need: the database, the store of the sessions, and a key to
// sign with.
func (s *Server) Readiness() *health.Readiness {
	s.ready.Do(func() { s.readiness = s.newReadiness() })
	return s.readiness
}

func (s *Server) newReadiness() *health.Readiness {
	return health.NewReadiness(
		health.Open(s.Closing),
		health.Check{Name: "The database", Try: func(ctx context.Context) (string, error) {
			return missing("The database cannot be read. The server's log says why.", s.Database.Ping(ctx))
		}},
		health.Check{Name: "The database", Fresh: rarely, Try: func(ctx context.Context) (string, error) {
			return missing("The database cannot be written. The server's log says why.", s.Database.Writable(ctx))
		}},
		health.Check{Name: "The session store", Try: s.Session.Ready},
		health.Check{Name: "The signing key", Fresh: rarely, Try: func(context.Context) (string, error) {
			return missing("There is no key to sign tokens with. The server's log says why.", s.Token.Ready())
		}},
	)
}

// missing is what to say of a failure, and nothing when there was none.
func missing(sentence string, cause error) (string, error) {
	if cause == nil {
		return "", nil
	}
	return cmp.Or(data.KindOf(cause).Sentence(), sentence), cause
}
