package edge

import (
	"net/http"
	"strings"

	"twodoors/web/httpio"
)

// ErrorPage shows people a problem.
type ErrorPage func(w http.ResponseWriter, r *http.Request, status int, detail string)

// Miss answers what no route of a mux is for: 405 with the methods that the path
// has, or 404. It is the route "/" itself.
func Miss(mux *http.ServeMux, page ErrorPage) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status, detail := http.StatusNotFound, "There is nothing at this address. The start page is at /."
		if allow := allowed(mux, r); allow != "" {
			w.Header().Set("Allow", allow)
			status, detail = http.StatusMethodNotAllowed, "This address does not support that method. The Allow header lists the methods it supports."
		}
		if strings.HasPrefix(r.Header.Get("Accept"), "text/html") {
			page(w, r, status, detail)
			return
		}
		httpio.Refuse(w, httpio.Problem{Status: status, Detail: detail})
	}
}

// allowed lists the methods for which the path of a request has a route.
func allowed(mux *http.ServeMux, r *http.Request) string {
	var methods []string
	probe := *r
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
		probe.Method = method
		if _, pattern := mux.Handler(&probe); pattern != "" && pattern != "/" {
			methods = append(methods, method)
		}
	}
	return strings.Join(methods, ", ")
}
