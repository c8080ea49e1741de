package front

import (
	"context"
	"net/http"
	"strconv"

	"twodoors/web/request"
	"twodoors/web/response"
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
	s, err := f.Fleet.Add(by)
	if err == errTooMany {
		return nil, &request.Fault{Status: http.StatusConflict, Detail: "There are nine servers already, which is as many as can be. Remove one first."}
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err == nil {
		err = s.await(ctx, func() bool { return s.state == Ready })
	}
	return s, err
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

// resize adds or removes servers until there are n. It takes the highest numbers
// away, and waits until those that it adds serve.
func (f *Fleet) resize(n int) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	for len(f.all()) > n {
		all := f.all()
		if err := f.Remove(all[len(all)-1].Number, ""); err != nil {
			return err
		}
	}
	for len(f.all()) < n {
		s, err := f.Add("") // whoever changed the setting is told of
		if err == nil {
			err = s.await(ctx, func() bool { return s.state == Ready })
		}
		if err != nil {
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
