package storage

import (
	"net"
	"net/http"
	"net/url"
	"regexp"
	"sync"

	"twodoors/web/edge"
	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/trace"
)

// otherName is the site under another name of the same machine, which is another site to a browser. It is empty when
// there is none.
func otherName(base string) string {
	address, err := url.Parse(base)
	if err != nil {
		return ""
	}
	other := map[string]string{"localhost": "127.0.0.1", "127.0.0.1": "localhost"}[address.Hostname()]
	if other == "" {
		return ""
	}
	port := address.Port()
	address.Host = other
	if port != "" {
		address.Host = net.JoinHostPort(other, port)
	}
	return address.String()
}

// foreign answers GET /labs/storage/foreign, under another name than the visitor's.
func (st *storage) foreign(w http.ResponseWriter, r *http.Request) {
	v := st.visitByTicket(w, r)
	if v == nil {
		return
	}
	if edge.Base(r) == v.base || edge.Base(r) != otherName(v.base) {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusMisdirectedRequest, Detail: "This page opens under the machine's other name only: 127.0.0.1 if you use localhost, localhost if you use 127.0.0.1."})
		return
	}
	v.foreign.Store(true)
	writePage(w, foreignPolicy(v.base), foreignPage, struct{ Ticket, Target, Scripts string }{v.ticket, v.base, scripts()})
}

// browserReport answers POST /api/labs/storage/saw: what the browser told the foreign page.
func (st *storage) browserReport(w http.ResponseWriter, r *http.Request) {
	v := st.visitByTicket(w, r)
	if v == nil {
		return
	}
	var told struct {
		Load  bool `json:"load"`  // the picture was shown
		Post  bool `json:"post"`  // the answer could be read
		Frame bool `json:"frame"` // the page was shown in the frame
	}
	if err := httpio.ReadJSON(r, &told); err != nil {
		lab.Refuse(w, err)
		return
	}
	if !v.foreign.Swap(false) {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusConflict, Detail: "The foreign page was not opened since its last report. Open it again from the lab page."})
		return
	}
	word := map[bool]string{true: "yes", false: "no"}
	st.note(r, v, browserShowed.Found("load", word[told.Load], "post", word[told.Post], "frame", word[told.Frame]))
	httpio.Empty(w, http.StatusNoContent)
	st.labs.AddTrace(v.seat, trace.From(r.Context()))
}

// arrive answers requests from the foreign site as the site answers any: it refuses what would change something and
// comes from another site's page. It notes which cookie the request carried.
func (st *storage) arrive(w http.ResponseWriter, r *http.Request) {
	v := st.visitByTicket(w, r)
	if v == nil {
		return
	}
	by := arrival(r)
	edge.SameOrigin(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answerArrival(w, by) })).ServeHTTP(w, r)
	t := trace.From(r.Context())
	st.labs.AddTrace(v.seat, t)
	seen := lab.FromTrace(t)
	seen.Found = arrived.Found("by", by, "practice", st.withPractice(r, v), "fetch_site", fetchSite(r), "origin", origin(r))
	st.labs.Found(v.seat.Name(), seen)
}

// arrival is how the foreign site sent a request; empty for any other request.
func arrival(r *http.Request) string {
	switch by := r.URL.Query().Get("by"); by {
	case "load", "post", "frame", "visit":
		return by
	}
	return ""
}

// withPractice says whether the request carried the practice cookie that this lab set last: a browser that rejected
// that one may still have an earlier one.
func (st *storage) withPractice(r *http.Request, v *visit) string {
	c, err := r.Cookie(practiceName)
	if err != nil {
		return "without"
	}
	kind, last := st.kindOf(v.seat, c.Value), v.cookie.Load()
	switch {
	case kind == "" || c.Value != st.practice(v.seat, kind):
		return "without"
	case last != nil && *last != kind:
		return "before"
	}
	return "with"
}

// fetchSite is where the browser says that a request comes from: one of the values that browsers send.
func fetchSite(r *http.Request) string {
	switch said := r.Header.Get("Sec-Fetch-Site"); said {
	case "cross-site", "same-site", "same-origin", "none":
		return said
	}
	return notSent
}

// notSent stands for a header that a request does not have.
const notSent = "not said"

// originForm is an origin as browsers write it (RFC 6454 section 6.1).
var originForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(null|https?://[A-Za-z0-9.:\[\]-]{1,60})$`) })

func origin(r *http.Request) string {
	if said := r.Header.Get("Origin"); originForm().MatchString(said) {
		return said
	}
	return notSent
}

func answerArrival(w http.ResponseWriter, by string) {
	switch by {
	case "load":
		writeText(w, "image/svg+xml", pixel)
	case "frame":
		writeText(w, "text/html; charset=utf-8", framedPage())
	case "visit":
		writeText(w, "text/html; charset=utf-8", visitedPage())
	default:
		httpio.Empty(w, http.StatusNoContent)
	}
}
