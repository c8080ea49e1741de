package storage

import (
	"html/template"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"twodoors/web/httpio"
	"twodoors/web/lab"
)

// maxSaid is how much input the vulnerable page echoes.
const maxSaid = 2 << 10

// hole answers GET /labs/storage/hole, the vulnerable page. Nobody can be lured there: the address has a ticket that
// only the seat knows, and the browser has to send the seat and say that no other site sent the request.
func (st *storage) hole(w http.ResponseWriter, r *http.Request) {
	v := st.visit(r)
	from := r.Header.Get("Sec-Fetch-Site")
	said := r.URL.Query().Get("say")
	if r.URL.Query().Get("ticket") != v.ticket || from != "" && from != "same-origin" {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusForbidden, Detail: "This page opens from its lab only, at /labs/storage."})
		return
	}
	v.hole.Store(true)
	writePage(w, holePolicy(v.base), holePage, template.HTML(said[:min(len(said), maxSaid)]))
}

// shownForm is what a report may contain: a script sends the beginning only.
var shownForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_.=-]{0,16}$`) })

// report answers POST /api/labs/storage/caught: what a script read.
func (st *storage) report(w http.ResponseWriter, r *http.Request) {
	v := st.visit(r)
	var got struct {
		Local   string `json:"localStorage"`
		Session string `json:"sessionStorage"`
		Cookie  string `json:"cookie"`
	}
	if err := httpio.ReadJSON(r, &got); err != nil {
		lab.Refuse(w, err)
		return
	}
	if value, ok := strings.CutPrefix(got.Cookie, practiceName+"="); ok && st.kindOf(v.seat, value) == "" {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusUnprocessableEntity, Detail: "This is not the practice cookie. Set it, and open the vulnerable page again."})
		return
	}
	for _, text := range []string{got.Local, got.Session, got.Cookie} {
		if !shownForm().MatchString(text) {
			httpio.Refuse(w, httpio.Problem{Status: http.StatusUnprocessableEntity, Detail: "Report at most the first 16 characters of each value."})
			return
		}
	}
	if !v.hole.Swap(false) {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusConflict, Detail: "The vulnerable page was not opened since its last report. Open it at /labs/storage/hole with the lab's ticket."})
		return
	}
	st.note(r, v, caught.Found("local", got.Local, "session", got.Session, "cookie", got.Cookie))
	httpio.Empty(w, http.StatusNoContent)
}
