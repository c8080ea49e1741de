package lab

import (
	"crypto/rand"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"

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

// storing is a seat in the lab of storage: what its tickets stand for.
type storing struct {
	ticket string
	seat   seat.Seat
	base   string // of the site, under the name that the visitor uses
}

// storage answers what the lab of storage alone has.
type storage struct {
	host     Host
	byTicket hold[*storing]
	bySeat   hold[*storing]
}

// here returns the seat's place in the lab. Without one it has refused the request.
func (st *storage) here(w http.ResponseWriter, r *http.Request) *storing {
	trace.Aside(r.Context())
	s := st.host.Seat(r)
	if !st.host.Running(r.Context(), s.Name(), "storage") {
		response.Refuse(w, response.Problem{Status: http.StatusConflict, Detail: "This belongs to a lab that you are not in. Begin it, at /labs/storage."})
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

// otherName is the site under another name of the same machine, which for a browser
// is another site. It is empty when there is none.
func otherName(base string) string {
	address, err := url.Parse(base)
	if err != nil {
		return ""
	}
	other := map[string]string{"localhost": "127.0.0.1", "127.0.0.1": "localhost"}[address.Hostname()]
	if other == "" {
		return ""
	}
	address.Host = other
	if port := strings.TrimPrefix(base[strings.LastIndexByte(base, ':'):], ":"); !strings.Contains(port, "/") {
		address.Host = net.JoinHostPort(other, port)
	}
	return address.String()
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
		st.note(r, at, "place: the token is kept in "+asked.Place+".")
		response.JSON(w, http.StatusOK, asked)
	default:
		response.Refuse(w, response.Problem{Status: http.StatusUnprocessableEntity, Detail: "place must be localStorage, sessionStorage or memory."})
	}
}

// practiceName is a cookie that opens nothing: its flags can be chosen.
const practiceName = "practice"

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
	http.SetCookie(w, &http.Cookie{Name: practiceName, Value: rand.Text(), Path: "/labs/storage", MaxAge: 3600,
		HttpOnly: asked.HTTPOnly, SameSite: same, Secure: same == http.SameSiteNoneMode || strings.HasPrefix(at.base, "https:")})
	reach := "scripts may read it"
	if asked.HTTPOnly {
		reach = "HttpOnly"
	}
	st.note(r, at, "cookie: a practice cookie, "+reach+", SameSite="+asked.SameSite+".")
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
	var said []string
	for i, text := range []string{got.Local, got.Session, got.Cookie} {
		if !shownForm.MatchString(text) {
			response.Refuse(w, response.Problem{Status: http.StatusUnprocessableEntity, Detail: "Report at most 16 characters of each: how it begins is enough."})
			return
		}
		if text == "" {
			text = "nothing"
		}
		said = append(said, []string{"localStorage", "sessionStorage", "document.cookie"}[i]+" gave "+text)
	}
	st.note(r, at, "caught: "+strings.Join(said, "; ")+".")
	response.Empty(w, http.StatusNoContent)
}

// note adds what was found out to the history of a seat.
func (st *storage) note(r *http.Request, at *storing, note string) {
	st.host.Note(at.seat.Name(), Seen{
		Trace: trace.From(r.Context()).ID, Method: r.Method, Path: r.URL.Path, Status: http.StatusOK, Outcome: trace.Allowed, Note: note})
}

// ticketed returns the place that the ticket in the address stands for. A browser that
// comes from another site does not bring its seat.
func (st *storage) ticketed(w http.ResponseWriter, r *http.Request) *storing {
	trace.Aside(r.Context())
	at, ok := st.byTicket.get(r.URL.Query().Get("ticket"))
	if !ok || !st.host.Running(r.Context(), at.seat.Name(), "storage") {
		response.Refuse(w, response.Problem{Status: http.StatusForbidden, Detail: "This opens from the page of its lab only, at /labs/storage."})
		return nil
	}
	return at
}

// foreign answers GET /labs/storage/foreign, under another name than the visitor's.
func (st *storage) foreign(w http.ResponseWriter, r *http.Request) {
	at := st.ticketed(w, r)
	if at == nil {
		return
	}
	if edge.Base(r) == at.base || edge.Base(r) != otherName(at.base) {
		response.Refuse(w, response.Problem{Status: http.StatusMisdirectedRequest, Detail: "This page is there under another name only: localhost for who uses 127.0.0.1, and the other way round."})
		return
	}
	writePage(w, foreignPolicy(at.base), foreignPage, struct{ Ticket, Target, Scripts string }{at.ticket, at.base, scripts()})
}

// saw answers POST /api/labs/storage/saw: what the browser told the foreign page.
func (st *storage) saw(w http.ResponseWriter, r *http.Request) {
	at := st.ticketed(w, r)
	if at == nil {
		return
	}
	var told struct {
		Load  bool `json:"load"`  // the picture was shown
		Post  bool `json:"post"`  // the answer could be read
		Frame bool `json:"frame"` // the page was shown in the frame
	}
	if err := request.JSON(r, &told); err != nil {
		refuse(w, err)
		return
	}
	word := map[bool]string{true: "yes", false: "no"}
	st.note(r, at, fmt.Sprintf("browser: picture shown %s, answer to the post readable %s, page shown in the frame %s.", word[told.Load], word[told.Post], word[told.Frame]))
	response.Empty(w, http.StatusNoContent)
	st.host.Keep(at.seat, trace.From(r.Context()))
}

// arrived answers what comes from the foreign site, as the site answers anything: what
// changes something, and was sent by another site's page, is refused. It notes what
// came along.
func (st *storage) arrived(w http.ResponseWriter, r *http.Request) {
	at := st.ticketed(w, r)
	if at == nil {
		return
	}
	by := r.URL.Query().Get("by")
	edge.SameOrigin(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answerArrival(w, by) })).ServeHTTP(w, r)
	t := trace.From(r.Context())
	st.host.Keep(at.seat, t)
	seen := see(t, Circumstances{}) // Note knows those
	seen.Note = "arrived: by " + arrivals[by] + withPractice(r) + "; Sec-Fetch-Site " + orNone(r.Header.Get("Sec-Fetch-Site")) + "; Origin " + orNone(r.Header.Get("Origin")) + "."
	st.host.Note(at.seat.Name(), seen)
}

// arrivals are the ways in which a foreign site sends requests.
var arrivals = map[string]string{"load": "loading", "post": "posting", "frame": "framing", "visit": "link", "": "nothing known"}

func withPractice(r *http.Request) string {
	if _, err := r.Cookie(practiceName); err == nil {
		return ", with the practice cookie"
	}
	return ", without the practice cookie"
}

// orNone is a header as it may be shown.
func orNone(text string) string {
	if text == "" || len(text) > 60 {
		return "none"
	}
	return text
}

func answerArrival(w http.ResponseWriter, by string) {
	switch by {
	case "load":
		writeText(w, "image/svg+xml", pixel)
	case "frame":
		writeText(w, "text/html; charset=utf-8", framedPage())
	case "visit":
		writeText(w, "text/html; charset=utf-8", visitedPage)
	default:
		response.Empty(w, http.StatusNoContent)
	}
}
