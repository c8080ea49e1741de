package lab

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"

	"twodoors/web/edge"
	"twodoors/web/request"
	"twodoors/web/response"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// Paths that other parts have to know. Arrival is where the foreign site's requests
// come: the lab looks at them before their origin is checked.
const (
	Arrival    = "/labs/storage/arrived"
	caughtPath = "/api/labs/storage/caught"
)

// storing is a seat in the lab of storage: what its tickets stand for. What a page
// reports counts once each time that the page was opened.
type storing struct {
	ticket  string
	seat    seat.Seat
	base    string // of the site, under the name that the visitor uses
	hole    atomic.Bool
	foreign atomic.Bool
	cookie  atomic.Pointer[string] // SameSite of the practice cookie that was set last
}

// storage answers what the lab of storage alone has.
type storage struct {
	labs     *Labs
	secret   [32]byte // of which the values of practice cookies are made
	byTicket hold[*storing]
	bySeat   hold[*storing]
}

// here returns the seat's place in the lab. Without one it has refused the request.
func (st *storage) here(w http.ResponseWriter, r *http.Request) *storing {
	trace.Aside(r.Context())
	s := seat.From(r.Context())
	if !st.labs.Running(r.Context(), s.Name(), "storage") {
		notWithin(w, "storage")
		return nil
	}
	if at, ok := st.bySeat.get(s.Name()); ok && at.base == edge.Base(r) {
		return at
	}
	at := &storing{ticket: rand.Text(), seat: s, base: edge.Base(r)}
	if !st.bySeat.put(s.Name(), at, func() { st.byTicket.forget(at.ticket) }) || !st.byTicket.put(at.ticket, at, func() {}) {
		response.Refuse(w, response.Problem{Status: http.StatusTooManyRequests, Detail: "A hundred seats are in this lab already. Try again in ten minutes."})
		return nil
	}
	return at
}

// ticket answers POST /api/labs/storage/ticket.
func (st *storage) ticket(w http.ResponseWriter, r *http.Request) {
	if at := st.here(w, r); at != nil {
		response.JSON(w, http.StatusOK, map[string]string{"ticket": at.ticket, "foreign": otherName(at.base)})
	}
}

// place answers POST /api/labs/storage/place: where the page keeps its token now.
func (st *storage) place(w http.ResponseWriter, r *http.Request) {
	at := st.here(w, r)
	if at == nil {
		return
	}
	var asked struct {
		Place string `json:"place"`
	}
	if err := request.JSON(r, &asked); err != nil {
		refuse(w, err)
		return
	}
	switch asked.Place {
	case "localStorage", "sessionStorage", "memory":
		st.note(r, at, find(foundPlace, "place", asked.Place))
		response.JSON(w, http.StatusOK, asked)
	default:
		response.Refuse(w, response.Problem{Status: http.StatusUnprocessableEntity, Detail: "place must be localStorage, sessionStorage or memory."})
	}
}

// practiceName is a cookie that opens nothing: its flags can be chosen.
const practiceName = "practice"

// practice is the value of a seat's practice cookie of a kind. Nobody can make it up: a
// request that brings it has it from here.
func (st *storage) practice(s seat.Seat, sameSite string) string {
	mac := hmac.New(sha256.New, st.secret[:])
	mac.Write([]byte(sameSite + " " + s.Name()))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// kindOf tells which kind of a seat's practice cookie begins so, "" when none does or
// too little is said.
func (st *storage) kindOf(s seat.Seat, value string) string {
	for _, kind := range []string{"none", "lax", "strict"} {
		if len(value) >= 6 && strings.HasPrefix(st.practice(s, kind), value) {
			return kind
		}
	}
	return ""
}

// flags are those of the practice cookie.
type flags struct {
	HTTPOnly bool   `json:"http_only"`
	SameSite string `json:"same_site"`
}

// cookie answers POST /api/labs/storage/cookie with a practice cookie. Browsers take
// SameSite=None only with Secure, and take Secure from this machine without HTTPS.
func (st *storage) cookie(w http.ResponseWriter, r *http.Request) {
	at := st.here(w, r)
	if at == nil {
		return
	}
	var asked flags
	if err := request.JSON(r, &asked); err != nil {
		refuse(w, err)
		return
	}
	same, ok := map[string]http.SameSite{"none": http.SameSiteNoneMode, "lax": http.SameSiteLaxMode, "strict": http.SameSiteStrictMode}[asked.SameSite]
	if !ok {
		response.Refuse(w, response.Problem{Status: http.StatusUnprocessableEntity, Detail: "same_site must be none, lax or strict."})
		return
	}
	http.SetCookie(w, &http.Cookie{Name: practiceName, Value: st.practice(at.seat, asked.SameSite), Path: "/labs/storage", MaxAge: 3600,
		HttpOnly: asked.HTTPOnly, SameSite: same, Secure: same == http.SameSiteNoneMode || strings.HasPrefix(at.base, "https:")})
	at.cookie.Store(&asked.SameSite)
	reach := "scripts"
	if asked.HTTPOnly {
		reach = "http_only"
	}
	st.note(r, at, find(foundCookie, "reach", reach, "same_site", asked.SameSite))
	response.JSON(w, http.StatusOK, asked)
}

// maxSaid is how much the page with the hole repeats.
const maxSaid = 2 << 10

// hole answers GET /labs/storage/hole. Nobody can be lured there: the address has a
// ticket that the seat alone was told, a browser has to bring the seat itself, and to
// say that no other site sent it.
func (st *storage) hole(w http.ResponseWriter, r *http.Request) {
	at := st.here(w, r)
	if at == nil {
		return
	}
	from := r.Header.Get("Sec-Fetch-Site")
	said := r.URL.Query().Get("say")
	if r.URL.Query().Get("ticket") != at.ticket || from != "" && from != "same-origin" {
		response.Refuse(w, response.Problem{Status: http.StatusForbidden, Detail: "This page opens from the page of its lab only, at /labs/storage."})
		return
	}
	at.hole.Store(true)
	writePage(w, holePolicy(at.base), holePage, template.HTML(said[:min(len(said), maxSaid)]))
}

// shownForm is how a report may begin: what a script got is not sent whole.
var shownForm = regexp.MustCompile(`^[A-Za-z0-9_.=-]{0,16}$`)

// caught answers POST /api/labs/storage/caught: what a script got hold of.
func (st *storage) caught(w http.ResponseWriter, r *http.Request) {
	at := st.here(w, r)
	if at == nil {
		return
	}
	var got struct {
		Local   string `json:"localStorage"`
		Session string `json:"sessionStorage"`
		Cookie  string `json:"cookie"`
	}
	if err := request.JSON(r, &got); err != nil {
		refuse(w, err)
		return
	}
	if value, ok := strings.CutPrefix(got.Cookie, practiceName+"="); ok && st.kindOf(at.seat, value) == "" {
		response.Refuse(w, response.Problem{Status: http.StatusUnprocessableEntity, Detail: "This is not the practice cookie. Set it, and open the page with the hole again."})
		return
	}
	for _, text := range []string{got.Local, got.Session, got.Cookie} {
		if !shownForm.MatchString(text) {
			response.Refuse(w, response.Problem{Status: http.StatusUnprocessableEntity, Detail: "Report at most 16 characters of each: how it begins is enough."})
			return
		}
	}
	if !at.hole.Swap(false) {
		response.Refuse(w, response.Problem{Status: http.StatusConflict, Detail: "The page with the hole was not opened since the last report. Open it, at /labs/storage/hole with the lab's ticket."})
		return
	}
	st.note(r, at, find(foundCaught, "local", got.Local, "session", got.Session, "cookie", got.Cookie))
	response.Empty(w, http.StatusNoContent)
}

// note adds what was found out to the history of a seat.
func (st *storage) note(r *http.Request, at *storing, found Found) {
	st.labs.Found(at.seat.Name(), Seen{
		Trace: trace.From(r.Context()).ID, Method: r.Method, Path: r.URL.Path, Status: http.StatusOK, Outcome: trace.Allowed, Found: found})
}
