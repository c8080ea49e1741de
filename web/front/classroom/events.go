package classroom

import (
	"bytes"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/go-json-experiment/json"

	views "twodoors/views/class"
	"twodoors/web/class"
	"twodoors/web/httpio"
)

// Changes are collected for so long before a board is told, and all rows are looked at so often without a change: who is
// stuck is so by the clock.
const (
	together  = 200 * time.Millisecond
	lookEvery = 10 * time.Second
)

// teller writes what a stream sends: a row, and the class as a whole.
type teller struct {
	row   func(r *http.Request, row class.Row) (string, error)
	class func(r *http.Request, now *class.Class, rows []class.Row) (string, error)
}

// PageEvents streams rows of the board as the page has them, in events "person"; "class" and "counts" have the counts, and
// "class" says that the rest of the page is to be looked at again.
func (h *Handlers) PageEvents(w http.ResponseWriter, r *http.Request) {
	h.stream(w, r, teller{
		row: func(r *http.Request, row class.Row) (string, error) {
			return rendered(r, views.BoardRow(row, h.Class.Now(), hidesNames(r)))
		},
		class: func(r *http.Request, _ *class.Class, rows []class.Row) (string, error) {
			return rendered(r, views.BoardCounts(h.Class.Count(rows)))
		},
	})
}

func rendered(r *http.Request, part templ.Component) (string, error) {
	var text bytes.Buffer
	err := part.Render(r.Context(), &text)
	return text.String(), err
}

// Events answers GET /api/class/events: events "person" and "class" as JSON.
func (h *Handlers) Events(w http.ResponseWriter, r *http.Request) {
	h.stream(w, r, teller{
		row: func(_ *http.Request, row class.Row) (string, error) { return asJSON(tellPerson(row)) },
		class: func(_ *http.Request, now *class.Class, rows []class.Row) (string, error) {
			return asJSON(h.tell(now, rows))
		},
	})
}

func asJSON(v any) (string, error) {
	text, err := json.Marshal(v, json.Deterministic(true))
	return string(text), err
}

// stream tells a board what changes until the visitor goes.
func (h *Handlers) stream(w http.ResponseWriter, r *http.Request, by teller) {
	watcher := h.Class.Watch()
	if watcher == nil {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusTooManyRequests, RetryAfter: 5 * time.Second, Detail: "Too many boards and walls are open. Close one and try again."})
		return
	}
	defer watcher.Close()
	s := boardStream{h: h, to: httpio.Stream(w), r: r, by: by, sent: map[string]string{}}
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	var collected <-chan time.Time
	for {
		var err error
		select {
		case <-r.Context().Done():
			return
		case <-h.Closing:
			return
		case <-watcher.C:
			if collected == nil {
				collected = time.After(together)
			}
		case <-collected:
			collected = nil
			err = s.tell(watcher.Take())
		case <-look.C:
			err = s.tell(nil, true)
		}
		if err != nil {
			return
		}
	}
}

// boardStream is what one board has been told.
type boardStream struct {
	h    *Handlers
	to   *httpio.EventStream
	r    *http.Request
	by   teller
	sent map[string]string // by person
}

// tell sends the rows of some people, as far as they differ from what was sent, or of all when the class changed; then
// the class as a whole.
func (s *boardStream) tell(people map[string]bool, all bool) error {
	now := s.h.Class.Current()
	if now == nil {
		return s.to.Send("closed", "", "{}")
	}
	rows := s.h.rows(s.r)
	for _, row := range rows {
		if !all && !people[row.ID] {
			continue
		}
		text, err := s.by.row(s.r, row)
		if err != nil {
			return err
		}
		if s.sent[row.ID] == text {
			continue
		}
		s.sent[row.ID] = text
		if err := s.to.Send("person", "", text); err != nil {
			return err
		}
	}
	text, err := s.by.class(s.r, now, rows)
	if err != nil {
		return err
	}
	event := "counts"
	if all {
		event = "class"
	}
	return s.to.Send(event, "", text)
}
