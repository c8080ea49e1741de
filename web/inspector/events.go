package inspector

import (
	"bytes"
	"cmp"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/views/inspector"
	"twodoors/web/door"
	"twodoors/web/httpio"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// event writes a trace as the data of a server-sent event.
type event func(r *http.Request, t *trace.Trace) ([]byte, error)

// apiEvents streams this seat's traces as JSON, and what its class is told.
func (i *Inspector) apiEvents(w http.ResponseWriter, r *http.Request) {
	var news <-chan []byte
	if i.Announced != nil {
		announced, end := i.Announced(ownerOf(r))
		defer end()
		news = announced
	}
	i.stream(w, r, "trace", news, func(_ *http.Request, t *trace.Trace) ([]byte, error) {
		return json.Marshal(tell.Tell(t))
	})
}

// pageEvents streams this seat's traces as rows of the page's list.
func (i *Inspector) pageEvents(w http.ResponseWriter, r *http.Request) {
	i.stream(w, r, "row", nil, func(r *http.Request, t *trace.Trace) ([]byte, error) {
		var row bytes.Buffer
		err := inspector.TraceRow(t, inspector.Filter{}, false).Render(r.Context(), &row)
		return row.Bytes(), err
	})
}

// stream sends each trace once, in order, until the visitor goes. Whoever comes
// back names the last trace they saw and gets what they missed.
func (i *Inspector) stream(w http.ResponseWriter, r *http.Request, name string, news <-chan []byte, write event) {
	last, resumes := lastEventID(r)
	missed, upTo, listener, err := i.Traces.Listen(r.Context(), ownerOf(r), door.ClientOf(r.Context()).Network(), last)
	if err != nil {
		httpio.Refuse(w, cannotLook(err))
		return
	}
	if listener == nil {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusTooManyRequests, RetryAfter: 5 * time.Second,
			Detail: "Too many streams are open, from this seat or from your address. Close another inspector window and try again."})
		return
	}
	defer listener.Close()
	if !resumes {
		missed = nil
	}
	stream := httpio.Stream(w)
	for _, t := range missed {
		if send(stream, r, name, t, write) != nil {
			return
		}
	}
	i.follow(stream, r, name, news, listener, upTo, write)
}

// follow sends what comes in until the visitor goes or the site shuts down.
func (i *Inspector) follow(
	stream *httpio.EventStream, r *http.Request, name string, news <-chan []byte, listener *trace.Listener, upTo int64, write event,
) {
	for {
		var err error
		select {
		case <-r.Context().Done():
			return
		case <-i.Closing:
			return
		case <-time.After(httpio.Heartbeat):
			err = stream.Send("", "", "")
		case text := <-news: // of the class; a nil channel never has any
			err = stream.Send("class", "", string(text))
		case t, open := <-listener.C:
			if !open { // too slow: the visitor comes back with Last-Event-ID
				return
			}
			if t.Number() > upTo { // else it came before
				err = send(stream, r, name, t, write)
			}
		}
		if err != nil {
			return
		}
	}
}

func send(stream *httpio.EventStream, r *http.Request, name string, t *trace.Trace, write event) error {
	data, err := write(r, t)
	if err != nil {
		return err
	}
	return stream.Send(name, strconv.FormatInt(t.Number(), 10), string(data))
}

// lastEventID returns the number of the trace after which a stream goes on, 0 for all that there are. A page that has
// not been connected yet cannot set the header, and says it in its query.
func lastEventID(r *http.Request) (number int64, resumes bool) {
	query := r.URL.Query()
	text := cmp.Or(r.Header.Get("Last-Event-ID"), query.Get("last_event_id"))
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		number = 0
	}
	return number, text != "" || query.Has("last_event_id")
}
