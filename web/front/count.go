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
	if !f.mayControl(w) {
		return
	}
	s, err := f.Fleet.Add()
	if err == errTooMany {
		refuse(w, &request.Fault{Status: http.StatusConflict, Detail: "There are nine servers already, which is as many as can be. Remove one first."})
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), startTimeout)
	defer cancel()
	if err == nil {
		err = s.await(ctx, func() bool { return s.state == Ready })
	}
	if err != nil {
		refuse(w, err)
		return
	}
	response.JSON(w, http.StatusCreated, s.status())
}

// removeServer answers DELETE /api/servers/{n}: one server less, when its requests
// have ended.
func (f *Front) removeServer(w http.ResponseWriter, r *http.Request) {
	if !f.mayControl(w) {
		return
	}
	number, err := strconv.Atoi(r.PathValue("n"))
	if err == nil {
		err = f.Fleet.Remove(number)
	} else {
		err = errUnknown
	}
	switch err {
	case nil:
		response.Empty(w, http.StatusNoContent)
	case errLast:
		refuse(w, &request.Fault{Status: http.StatusConflict, Detail: "This is the last server: somebody has to answer. Add another one first."})
	default:
		refuse(w, errNoSuchServer)
	}
}

var errNoSuchServer = &request.Fault{Status: http.StatusNotFound, Detail: "There is no server of that number. GET /api/servers lists them."}

// resize adds or removes servers until there are n. It takes the highest numbers
// away, and waits until those that it adds serve.
func (f *Fleet) resize(n int) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	for len(f.all()) > n {
		all := f.all()
		if err := f.Remove(all[len(all)-1].Number); err != nil {
			return err
		}
	}
	for len(f.all()) < n {
		s, err := f.Add()
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
