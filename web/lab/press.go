package lab

import (
	"bytes"
	"context"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// Press is a button that is pressed in a browser that runs no scripts: the site sends the requests of the act to its
// own entry, with what the browser's own request carries.
type Press struct {
	Entry     http.Handler        // of the site
	Visitor   *http.Request       // that pressed
	Writer    http.ResponseWriter // of the answer to it
	Variables map[string]string   // of the page, and those that answers fill
	Cookies   []*http.Cookie      // for the browser, that the answers set
	Replies   []Reply             // to the requests, in their order
	Kept      map[string]string   // variables that answers filled
}

// Reply is what a request of a press was answered.
type Reply struct {
	Trace  string // its id
	Status int
	Says   string // in a sentence: what a lab says of what it did, or why the request was refused; may be empty
}

// Do sends the requests of an act in order. It fails when the visitor has gone.
func (p *Press) Do(act Act) error {
	for _, call := range act.Calls {
		if err := wait(p.Visitor.Context(), call.Wait); err != nil {
			return err
		}
		for range max(1, call.Times) {
			if err := p.send(call); err != nil {
				return err
			}
		}
	}
	return nil
}

// textOf is a member of an answer as a variable holds it.
func textOf(member any) string {
	switch member := member.(type) {
	case string:
		return member
	case float64:
		return strconv.FormatFloat(member, 'f', -1, 64)
	}
	return ""
}

func wait(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *Press) send(call Call) error {
	request, err := p.request(call)
	if err != nil {
		return err
	}
	a := answer{ResponseWriter: p.Writer, header: http.Header{}, status: http.StatusOK}
	http.NewResponseController(p.Writer).SetWriteDeadline(time.Now().Add(answerTime)) // only a test's writer has none
	p.Entry.ServeHTTP(&a, request)
	p.Cookies = append(p.Cookies, (&http.Response{Header: a.header}).Cookies()...)
	p.answered(call, a)
	return nil
}

// answered notes what an answer says, and keeps what the call asks to keep of it.
func (p *Press) answered(call Call, a answer) {
	reply, refused := Reply{Trace: a.header.Get("Trace-Id"), Status: a.status}, a.status >= 300
	var members map[string]any
	if json.Unmarshal(a.body.Bytes(), &members) == nil {
		reply.Says = textOf(members[map[bool]string{true: "detail", false: "says"}[refused]])
	}
	p.Replies = append(p.Replies, reply)
	if refused {
		return
	}
	for variable, member := range call.Keep {
		if value, there := members[member]; there {
			p.Variables[variable], p.Kept[variable] = textOf(value), textOf(value)
		}
	}
}

// request is a call as the visitor's browser would have sent it.
func (p *Press) request(call Call) (*http.Request, error) {
	method := call.Method
	if method == "" {
		method = http.MethodGet
	}
	path := p.filled(call.Path)
	r, err := http.NewRequestWithContext(p.Visitor.Context(), method, path, strings.NewReader(p.filled(call.Body)))
	if err != nil {
		return nil, err
	}
	r.Host, r.RequestURI, r.RemoteAddr, r.TLS = p.Visitor.Host, path, p.Visitor.RemoteAddr, p.Visitor.TLS
	r.Header = p.Visitor.Header.Clone()
	r.Header.Set("Accept", "application/json")
	for _, of := range []string{"Content-Type", "Content-Length", "Cookie"} {
		r.Header.Del(of)
	}
	if call.Body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if call.Bearer != "" {
		r.Header.Set("Authorization", "Bearer "+p.Variables[call.Bearer])
	}
	if name, value, ok := strings.Cut(call.Header, ": "); ok {
		r.Header.Set(name, value)
	}
	for _, cookie := range p.jar() {
		r.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value})
	}
	return r, nil
}

// jar are the cookies that the browser has by now.
func (p *Press) jar() (now []*http.Cookie) {
	set := map[string]*http.Cookie{}
	for _, cookie := range p.Cookies {
		set[cookie.Name] = cookie
	}
	for _, cookie := range p.Visitor.Cookies() {
		if set[cookie.Name] == nil {
			now = append(now, cookie)
		}
	}
	for _, cookie := range set {
		if cookie.MaxAge >= 0 {
			now = append(now, cookie)
		}
	}
	return now
}

var variable = regexp.MustCompile(`\$([A-Z_]+)`)

func (p *Press) filled(text string) string {
	return variable.ReplaceAllStringFunc(text, func(name string) string { return p.Variables[name[1:]] })
}

// answerTime is how long each request of a press may take to be answered, with its wait for a turn.
const answerTime = time.Minute

// answer keeps what the site answers to itself. The connection's deadline is that of the visitor's answer.
type answer struct {
	http.ResponseWriter
	header http.Header
	status int
	body   bytes.Buffer
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) { a.status = status }

func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }
