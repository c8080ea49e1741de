package front

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"

	"twodoors/web/redisio"
	"twodoors/web/request"
	"twodoors/web/response"
	"twodoors/web/trace/tell"
)

// addServer answers POST /api/servers: one server more. It answers when that one
// serves, or has failed to.
func (f *Front) addServer(w http.ResponseWriter, r *http.Request) {
	if !f.mayControl(w, r) {
		return
	}
	s, err := f.add(r.Context(), seatName(r))
	if err != nil {
		refuse(w, err)
		return
	}
	response.JSON(w, http.StatusCreated, s.status())
}

func (f *Front) add(ctx context.Context, by string) (*Server, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), startTimeout)
	defer cancel()
	s, err := f.Fleet.grow(ctx, by)
	switch {
	case err == errTooMany:
		return nil, &request.Fault{Status: http.StatusConflict, Detail: "There are nine servers already, which is as many as can be. Remove one first."}
	case err != nil:
		return nil, unchanged(err.Error())
	}
	return s, nil
}

func (f *Front) addForm(w http.ResponseWriter, r *http.Request) {
	f.byForm(w, r, "/servers", func() error { _, err := f.add(r.Context(), seatName(r)); return err })
}

func (f *Front) removeForm(w http.ResponseWriter, r *http.Request) {
	f.byForm(w, r, "/servers", func() error { return f.remove(r) })
}

// removeServer answers DELETE /api/servers/{n}: one server less, when its requests
// have ended.
func (f *Front) removeServer(w http.ResponseWriter, r *http.Request) {
	if !f.mayControl(w, r) {
		return
	}
	if err := f.remove(r); err != nil {
		refuse(w, err)
		return
	}
	response.Empty(w, http.StatusNoContent)
}

func (f *Front) remove(r *http.Request) error {
	number, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		return errNoSuchServer
	}
	switch f.Fleet.Remove(number, seatName(r)) {
	case nil:
		return nil
	case errLast:
		return &request.Fault{Status: http.StatusConflict, Detail: "This is the last server: somebody has to answer. Add another one first."}
	}
	return errNoSuchServer
}

var errNoSuchServer = &request.Fault{Status: http.StatusNotFound, Detail: "There is no server of that number. GET /api/servers lists them."}

// grow adds a server for a seat, and waits until it serves. One that does not start is
// taken out again.
func (f *Fleet) grow(ctx context.Context, by string) (*Server, error) {
	s, err := f.Add(by)
	if err != nil {
		return nil, err
	}
	s.await(ctx, func() bool { return s.state == Ready || s.state == Away })
	if s.serving() != nil {
		return s, nil
	}
	if f.byNumber(s.Number) == s {
		f.takeOut(s.Number)
		s.end()
	}
	return nil, fmt.Errorf("server %d did not start, and was taken out again; the log says why", s.Number)
}

// resize adds or removes servers until there are n. It takes the highest numbers
// away, and waits until those that it adds serve. Its error is for people.
func (f *Fleet) resize(n int) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	for len(f.all()) > n {
		all := f.all()
		if err := f.Remove(all[len(all)-1].Number, ""); err == errLast {
			return err
		}
	}
	for len(f.all()) < n {
		if _, err := f.grow(ctx, ""); err != nil { // whoever changed the setting is told of
			return err
		}
	}
	return nil
}

// openStore makes sure that there is a Redis for the servers to use.
func (f *Fleet) openStore() error {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	_, err := f.Store.open(ctx)
	return err
}

// bringStore brings the Redis that sessions are to move to, for a seat, and reports
// whether it was away before. It refuses to move them to where nobody finds them.
func (f *Fleet) bringStore(by string) (brought bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	_, url := f.Store.current() // none while it is away; one that hangs is replaced and not brought
	err = f.Store.bring(ctx, by)
	if fault, ok := errors.AsType[*redisio.Fault](err); ok {
		remedy := "Start it, then choose redis again."
		if fault.Refuses {
			remedy = "Correct that, then choose redis again."
		}
		return false, &request.Fault{Status: http.StatusConflict, Detail: "The Redis that was named at the start " + tell.Redis(fault.Code) + ", so nobody could log in at the session door. " + remedy}
	}
	if err != nil {
		f.takeStore()
		return false, unchanged("Redis did not start within " + storeTimeout.String() + "; the log says why")
	}
	return url == "", nil
}

// takeStore takes away a Redis that nobody uses.
func (f *Fleet) takeStore() {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	if err := f.Store.ask(ctx, false, ""); err != nil {
		slog.Error("the store goes on, though nobody uses it", "err", err)
	}
}
