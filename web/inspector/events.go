package inspector

import (
	"bytes"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/views"
	"twodoors/web/response"
	"twodoors/web/trace"
)

// heartbeat is how often a stream with nothing to say says so, which keeps
// balancers from closing it and finds visitors that went away.
const heartbeat = 15 * time.Second

// event writes a trace as the data of a server-sent event.
type event func(r *http.Request, t *trace.Trace) ([]byte, error)

// apiEvents streams this seat's traces as JSON.
func (i *Inspector) apiEvents(w http.ResponseWriter, r *http.Request) {
	i.stream(w, r, "trace", func(_ *http.Request, t *trace.Trace) ([]byte, error) {
		return json.Marshal(t)
	})
}

// pageEvents streams this seat's traces as rows of the page's list.
func (i *Inspector) pageEvents(w http.ResponseWriter, r *http.Request) {
	i.stream(w, r, "row", func(r *http.Request, t *trace.Trace) ([]byte, error) {
		var row bytes.Buffer
		err := views.TraceRow(t, views.Filter{}, false).Render(r.Context(), &row)
		return row.Bytes(), err
	})
}

// stream sends each trace once, in order, until the visitor goes. Whoever comes
// back names the last trace they saw and gets what they missed.
func (i *Inspector) stream(w http.ResponseWriter, r *http.Request, name string, write event) {
	last, resumes := lastEventID(r)
	missed, listener := i.Log.Listen(seatOf(r), last)
	if listener == nil {
		response.Refuse(w, response.Problem{Status: http.StatusTooManyRequests, RetryAfter: 5 * time.Second,
			Detail: "This seat has too many streams open. Close another window of the inspector and try again."})
		return
	}
	defer listener.Close()
	if !resumes {
		missed = nil
	}
	s := openStream(w, r, name, write)
	for _, t := range missed {
		s.send(t)
	}
	s.flush()
	s.follow(listener.C)
}

// lastEventID returns the trace after which a stream goes on. A page that has
// not been connected yet cannot set the header, and says it in its query.
func lastEventID(r *http.Request) (id string, resumes bool) {
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		return id, true
	}
	query := r.URL.Query()
	return query.Get("last_event_id"), query.Has("last_event_id")
}

type stream struct {
	w       http.ResponseWriter
	r       *http.Request
	control *http.ResponseController
	name    string
	write   event
	err     error // the first that happened: nothing is sent after it
}

func openStream(w http.ResponseWriter, r *http.Request, name string, write event) *stream {
	s := &stream{w: w, r: r, control: http.NewResponseController(w), name: name, write: write}
	s.control.SetWriteDeadline(time.Time{}) // a recorder of a test has none to set
	header := w.Header()
	header.Set("Content-Type", "text/event-stream; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	s.text("retry: 500\n\n")
	return s
}

func (s *stream) follow(traces <-chan *trace.Trace) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for s.err == nil {
		select {
		case <-s.r.Context().Done():
			return
		case <-beat.C:
			s.text(": still here\n\n")
		case t, open := <-traces:
			if !open { // too slow: the visitor comes back with Last-Event-ID
				return
			}
			s.send(t)
		}
		s.flush()
	}
}

func (s *stream) send(t *trace.Trace) {
	data, err := s.write(s.r, t)
	if err != nil {
		s.err = err
		return
	}
	s.text("event: " + s.name + "\nid: " + t.ID + "\n" + dataLines(string(data)) + "\n")
}

// dataLines writes text as the data of one event: whatever a browser takes for
// the end of a line begins another data line, so that no text can end the event.
func dataLines(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	return "data: " + strings.ReplaceAll(text, "\n", "\ndata: ") + "\n"
}

func (s *stream) text(text string) {
	if s.err == nil {
		_, s.err = s.w.Write([]byte(text))
	}
}

func (s *stream) flush() {
	if s.err == nil {
		s.err = s.control.Flush()
	}
}
