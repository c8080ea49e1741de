package experiment

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// credential is a way of being logged in: a row of the table.
type credential struct {
	Heading
	settings Settings
	engine   engine // of the database that it needs
}

// engine is a kind of database.
type engine int

const (
	anyEngine engine = iota
	inSQLite
	inPostgres // which not every machine has
)

// credentials are those that can be tried on this machine.
func credentials() []credential { return possible(everyCredential(), hasPostgres()) }

func everyCredential() []credential {
	return []credential{
		{Heading{"memory", "Session in memory", SessionDoor}, Settings{"store": "memory", "keys": "shared"}, anyEngine},
		{Heading{"sqlite", "Session in SQLite", SessionDoor}, Settings{"store": "sqlite", "keys": "shared"}, inSQLite},
		{Heading{"postgres", "Session in PostgreSQL", SessionDoor}, Settings{"store": "postgres", "keys": "shared"}, inPostgres},
		{Heading{"redis", "Session in Redis", SessionDoor}, Settings{"store": "redis", "keys": "shared"}, anyEngine},
		{Heading{"token-shared", "Token, one key for all servers", TokenDoor}, Settings{"store": "memory", "keys": "shared"}, anyEngine},
		{Heading{"token-per-server", "Token, a key per server", TokenDoor}, Settings{"store": "memory", "keys": "per-server"}, anyEngine},
	}
}

// event is something that happens to a room, or to a whole site: a column of the table.
type event struct {
	Heading
	servers   int    // how many there are before it
	redis     bool   // whether Redis has to run before it, whoever uses it
	elsewhere bool   // only the answer of another server than the login's decides
	endsSite  bool   // it is tried on a separate one
	engine    engine // of the database that it needs
	cause     func(context.Context, *scenario) error
}

// events are those that can happen on this machine.
func events() []event { return possible(everyEvent(), hasPostgres()) }

func everyEvent() []event {
	return []event{
		{Heading: Heading{Name: "restart", Title: "Server restarted"}, servers: 1, cause: func(ctx context.Context, s *scenario) error {
			return s.order(ctx, "POST", s.server()+"/restart?wait=1")
		}},
		{Heading: Heading{Name: "crash", Title: "Server crashed"}, servers: 1, cause: func(ctx context.Context, s *scenario) error {
			return s.order(ctx, "POST", s.server()+"/crash?wait=1")
		}},
		{Heading: Heading{Name: "other-server", Title: "Another server answers"}, servers: 2, elsewhere: true, cause: func(ctx context.Context, s *scenario) error {
			return s.admin.Set(ctx, Settings{"balance": "round-robin"})
		}},
		{Heading: Heading{Name: "removed", Title: "Its server removed"}, servers: 2, cause: func(ctx context.Context, s *scenario) error {
			return s.order(ctx, "DELETE", s.server())
		}},
		{Heading: Heading{Name: "store-away", Title: "Redis stopped"}, servers: 1, redis: true, cause: func(ctx context.Context, s *scenario) error {
			return s.order(ctx, "POST", "/api/store/stop")
		}},
		{Heading: Heading{Name: "store-back", Title: "Redis stopped and restarted"}, servers: 1, redis: true, cause: func(ctx context.Context, s *scenario) error {
			if err := s.order(ctx, "POST", "/api/store/stop"); err != nil {
				return err
			}
			return s.order(ctx, "POST", "/api/store/start")
		}},
		{Heading: Heading{Name: "database-restarted", Title: "Database restarted"}, servers: 1, engine: inPostgres, cause: func(_ context.Context, s *scenario) error {
			return s.site.postgres.Restart()
		}},
		{Heading: Heading{Name: "reopened", Title: "All servers stopped, database reopened"}, servers: 1, endsSite: true, cause: func(ctx context.Context, s *scenario) error {
			s.site.Stop()
			return s.site.Start(ctx, s.credential.settings.flags()...)
		}},
	}
}

func (c credential) needs() engine { return c.engine }

func (e event) needs() engine { return e.engine }

// possible leaves out what needs a PostgreSQL, unless the machine has one.
func possible[T interface{ needs() engine }](all []T, postgres bool) []T {
	if postgres {
		return all
	}
	return slices.DeleteFunc(all, func(one T) bool { return one.needs() == inPostgres })
}

// noProcess is why SQLite cannot be restarted.
const noProcess = "SQLite is part of each server."

// inapplicable is why nothing can be tried, as a sentence, empty when something can.
func inapplicable(c credential, e event) string {
	if e.engine == inPostgres && c.engine == inSQLite {
		return noProcess
	}
	return ""
}

func (h Heading) heading() Heading { return h }

func headings[T interface{ heading() Heading }](all []T) []Heading {
	var some []Heading
	for _, one := range all {
		some = append(some, one.heading())
	}
	return some
}

// Part is a part of the table: names of rows and columns. Where no row is named all
// rows are meant, and where no column is, all columns.
type Part []string

// ParsePart reads names with commas between. Its error says which there are.
func ParsePart(text string) (Part, error) {
	var known []string
	for _, h := range slices.Concat(headings(credentials()), headings(events())) {
		known = append(known, h.Name)
	}
	var part Part
	for name := range strings.SplitSeq(text, ",") {
		name = strings.TrimSpace(name)
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("must be some of %s, not %q", strings.Join(known, ", "), name)
		}
		part = append(part, name)
	}
	return part, nil
}

// choose returns those that a part names, or all when it names none of them.
func choose[T interface{ heading() Heading }](part Part, all []T) []T {
	var some []T
	for _, one := range all {
		if slices.Contains(part, one.heading().Name) {
			some = append(some, one)
		}
	}
	if len(some) == 0 {
		return all
	}
	return some
}

// order has the admin press a button of the server room.
func (s *scenario) order(ctx context.Context, method, path string) error {
	_, err := s.admin.Must(ctx, method, path, nil, nil)
	return err
}

// server is the path of the server that the visitor logged in at.
func (s *scenario) server() string { return "/api/servers/" + strconv.Itoa(s.home) }
