package httpio

import (
	"net/http"
	"strings"
	"time"
)

// Heartbeat is how often a stream with nothing to say says so, so that both ends
// notice when the other is gone.
const Heartbeat = 15 * time.Second

// streamWrite is how long one event may take to be sent.
const streamWrite = 10 * time.Second

// lineBreaks are what a browser takes for the end of a line.
var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// EventStream is an answer that goes on: server-sent events (HTML Standard
// section 9.2).
type EventStream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// Stream begins an answer of events. Browsers that lose it come back after half
// a second, with the id of the last event that they have seen.
func Stream(w http.ResponseWriter) *EventStream {
	header := w.Header()
	header.Set("Content-Type", "text/event-stream; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // nginx passes it on as it comes
	s := &EventStream{w, http.NewResponseController(w)}
	s.control.SetReadDeadline(time.Time{})
	w.WriteHeader(http.StatusOK)
	s.send("retry: 500\n\n")
	return s
}

// Send sends an event, or a heartbeat when data is empty. A line break in data
// begins a new line of the same event, not a new event.
func (s *EventStream) Send(event, id, data string) error {
	if data == "" {
		return s.send(":\n\n")
	}
	var text strings.Builder
	if id != "" {
		text.WriteString("id: " + id + "\n")
	}
	text.WriteString("event: " + event + "\n")
	for line := range strings.SplitSeq(lineBreaks.Replace(data), "\n") {
		text.WriteString("data: " + line + "\n")
	}
	return s.send(text.String() + "\n")
}

func (s *EventStream) send(text string) error {
	s.control.SetWriteDeadline(time.Now().Add(streamWrite))
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.control.Flush()
}
