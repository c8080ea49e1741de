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

// maxSaid is how much the page with the hole repeats.
const maxSaid = 2 << 10

// hole answers GET /labs/storage/hole. Nobody can be lured there: the address has a
// ticket that the seat alone was told, a browser has to bring the seat itself, and to
// say that no other site sent it.
func (st *storage) hole(w http.ResponseWriter, r *http.Request) {
	v := st.visit(w, r)
	if v == nil {
		return
	}
	from := r.Header.Get("Sec-Fetch-Site")
	said := r.URL.Query().Get("say")
	if r.URL.Query().Get("ticket") != v.ticket || from != "" && from != "same-origin" {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusForbidden, Detail: "This page opens from the page of its lab only, at /labs/storage."})
		return
	}
	v.hole.Store(true)
	writePage(w, holePolicy(v.base), holePage, template.HTML(said[:min(len(said), maxSaid)]))
}

// shownForm is how a report may begin: what a script got is not sent whole.
var shownForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_.=-]{0,16}$`) })

// report answers POST /api/labs/storage/caught: what a script got hold of.
func (st *storage) report(w http.ResponseWriter, r *http.Request) {
	v := st.visit(w, r)
	if v == nil {
		return
	}
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
		httpio.Refuse(w, httpio.Problem{Status: http.StatusUnprocessableEntity, Detail: "This is not the practice cookie. Set it, and open the page with the hole again."})
		return
	}
	for _, text := range []string{got.Local, got.Session, got.Cookie} {
		if !shownForm().MatchString(text) {
			httpio.Refuse(w, httpio.Problem{Status: http.StatusUnprocessableEntity, Detail: "Report at most 16 characters of each: how it begins is enough."})
			return
		}
	}
	if !v.hole.Swap(false) {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusConflict, Detail: "The page with the hole was not opened since the last report. Open it, at /labs/storage/hole with the lab's ticket."})
		return
	}
	st.note(r, v, caught.Found("local", got.Local, "session", got.Session, "cookie", got.Cookie))
	httpio.Empty(w, http.StatusNoContent)
}
