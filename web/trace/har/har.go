// Package har writes traces as an HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec), which browsers'
// developer tools and other programs open. It tells what a trace holds and nothing else: no body, no
// other headers, and of a credential what is shown everywhere.
//
// Start reading at Of.
package har

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// Archive is a whole file.
type Archive struct {
	Log Log `json:"log"`
}

// Log is the only member of an archive.
type Log struct {
	Version string  `json:"version"`
	Creator Creator `json:"creator"`
	Entries []Entry `json:"entries"`
	Comment string  `json:"comment"`
}

// Creator is the program that wrote the archive.
type Creator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Entry is one request with its answer. Members with an underscore are ours, as the format allows.
type Entry struct {
	Started  time.Time `json:"startedDateTime,format:'2006-01-02T15:04:05.000Z07:00'"`
	Time     float64   `json:"time"` // milliseconds
	Request  Request   `json:"request"`
	Response Response  `json:"response"`
	Cache    struct{}  `json:"cache"`
	Timings  Timings   `json:"timings"`
	Comment  string    `json:"comment"`

	Trace  string          `json:"_trace"`
	Room   string          `json:"_room,omitzero"`
	Door   string          `json:"_door,omitzero"`
	Server int             `json:"_server,omitzero"`
	Steps  []tell.ToldStep `json:"_steps"`
}

// Request is what was sent.
type Request struct {
	Method      string `json:"method"`
	URL         string `json:"url"`
	HTTPVersion string `json:"httpVersion"`
	Cookies     []Pair `json:"cookies"`
	Headers     []Pair `json:"headers"`
	QueryString []Pair `json:"queryString"`
	HeadersSize int    `json:"headersSize"`
	BodySize    int    `json:"bodySize"`
	Comment     string `json:"comment,omitzero"`
}

// Response is what was answered.
type Response struct {
	Status      int     `json:"status"`
	StatusText  string  `json:"statusText"`
	HTTPVersion string  `json:"httpVersion"`
	Cookies     []Pair  `json:"cookies"`
	Headers     []Pair  `json:"headers"`
	Content     Content `json:"content"`
	RedirectURL string  `json:"redirectURL"`
	HeadersSize int     `json:"headersSize"`
	BodySize    int     `json:"bodySize"`
}

// Pair is a header or a cookie.
type Pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Content is the body of an answer.
type Content struct {
	Size     int    `json:"size"`
	MIMEType string `json:"mimeType"`
}

// Timings are how long the parts of an exchange took, in milliseconds.
type Timings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

// What a trace does not hold, in the words of the format.
const (
	unknownSize    = -1
	unknownVersion = "unknown"
	unknownType    = "x-unknown"
)

// Of writes traces, given newest first, as an archive, which begins with the oldest. Base is the address of the site.
func Of(traces []*trace.Trace, base, version string) Archive {
	entries := make([]Entry, 0, len(traces))
	for _, t := range slices.Backward(traces) {
		entries = append(entries, entryOf(t, base))
	}
	return Archive{Log{
		Version: "1.2", Creator: Creator{"Two Doors", version}, Entries: entries,
		Comment: "Credentials are cut, so no request can be repeated with what stands here. Bodies and other headers are not recorded.",
	}}
}

func entryOf(t *trace.Trace, base string) Entry {
	took := float64(t.Nanoseconds) / 1e6
	return Entry{
		Started: t.At.UTC(), Time: took, Timings: Timings{Wait: took}, Comment: tell.Inert(tell.Verdict(t)),
		Request: requestOf(t, base),
		Response: Response{
			Status: t.Status, StatusText: http.StatusText(t.Status), HTTPVersion: unknownVersion, Cookies: []Pair{}, Headers: []Pair{},
			Content: Content{MIMEType: unknownType}, HeadersSize: unknownSize, BodySize: unknownSize,
		},
		Trace: t.ID, Room: t.Room, Door: t.Door, Server: t.Server, Steps: tell.Tell(t).Steps,
	}
}

func requestOf(t *trace.Trace, base string) Request {
	target := url.URL{Path: t.Path}
	r := Request{
		Method: t.Method, URL: base + target.EscapedPath(), HTTPVersion: unknownVersion,
		Cookies: []Pair{}, Headers: []Pair{}, QueryString: []Pair{}, HeadersSize: unknownSize, BodySize: unknownSize,
	}
	switch c := t.Credential; {
	case c == nil:
	case c.InBody():
		r.Comment = "The body had " + c.Name + " " + c.Shown + "."
	case c.Kind == "bearer":
		r.Headers = append(r.Headers, Pair{"Authorization", "Bearer " + c.Shown})
	default:
		r.Headers = append(r.Headers, Pair{"Cookie", c.Name + "=" + c.Shown})
		r.Cookies = append(r.Cookies, Pair{c.Name, c.Shown})
	}
	return r
}
