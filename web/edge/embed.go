package edge

import (
	"net/http"
	"strings"

	"twodoors/web/httpio"
)

// isEmbed reports whether an embedded trace is asked for, which pages of other sites frame.
func isEmbed(r *http.Request) bool {
	id, found := strings.CutPrefix(r.URL.Path, "/embed/")
	return found && id != "" && !strings.Contains(id, "/") && (r.Method == http.MethodGet || r.Method == http.MethodHead)
}

// embed answers without knowing who asks: nothing behind it sees a cookie, a seat or a credential,
// and the answer sets none. It leaves no trace.
func (f *Facing) embed(next http.Handler, w http.ResponseWriter, r *http.Request) {
	if !f.Hosts.Know(r.Host) {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusMisdirectedRequest, Detail: "This site does not answer to that host name."})
		return
	}
	for _, name := range []string{"Cookie", "Authorization", "Seat", "Room"} {
		r.Header.Del(name)
	}
	next.ServeHTTP(w, r)
}
