package classroom

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"twodoors/web/class"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/trace/tell"
)

// told is the open class as the API tells of it, without the people.
type told struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Opened    time.Time       `json:"opened_at"`
	Addresses []string        `json:"addresses"`
	Counts    class.Counts    `json:"counts"`
	Steps     class.Steps     `json:"steps"`
	Question  *toldQuestion   `json:"question"` // null before one was asked
	Askable   []class.Askable `json:"askable"`
	Offers    []class.Offer   `json:"offers"`
	Wall      string          `json:"wall"` // "trace", "question", or empty
	People    []toldPerson    `json:"people,omitempty"`
}

type toldQuestion struct {
	class.Question
	Bars  []class.Bar `json:"bars"`
	Tally class.Tally `json:"tally"`
}

// toldPerson is a row of the board.
type toldPerson struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Labs      []toldCell `json:"labs"`
	Right     int        `json:"predictions_right"`
	Predicted int        `json:"predictions_made"`
	Asked     int        `json:"predictions_asked"`
	Last      time.Time  `json:"last,omitzero"`
}

type toldCell struct {
	Lab     string          `json:"lab"`
	State   class.CellState `json:"state"`
	Done    int             `json:"done"`
	Tasks   int             `json:"tasks"`
	Quiet   int             `json:"quiet_minutes"`     // since the last task was done
	Tries   int             `json:"tries"`             // since then
	Hints   int             `json:"hints"`             // opened in the task that is next
	Refused string          `json:"refused,omitempty"` // in words
}

func tellPerson(row class.Row) toldPerson {
	p := toldPerson{ID: row.ID, Name: row.Name, Labs: []toldCell{}, Right: row.Right, Predicted: row.Predicted, Asked: row.Asked, Last: row.Last}
	for _, cell := range row.Cells {
		if cell.State == class.New {
			continue
		}
		t := toldCell{Lab: cell.Lab, State: cell.State, Done: cell.Done, Tasks: cell.Tasks, Quiet: int(cell.Quiet.Minutes()), Tries: cell.Tries, Hints: cell.Hints}
		if cell.Refused != nil {
			t.Refused = tell.Answer(cell.Refused.Summary())
		}
		p.Labs = append(p.Labs, t)
	}
	return p
}

// tell is the open class, which there is.
func (h *Handlers) tell(now *class.Class, rows []class.Row) told {
	t := told{
		ID: now.ID, Name: now.Name, Opened: now.Opened, Addresses: h.Addresses, Counts: h.Class.Count(rows), Steps: now.Steps,
		Askable: h.Class.Askable(), Offers: now.Offers, Wall: now.Wall.Shows,
	}
	if q := now.Latest(); q != nil {
		t.Question = &toldQuestion{*q, now.Bars(q), now.Tally(q)}
	}
	return t
}

// Get answers GET /api/class.
func (h *Handlers) Get(w http.ResponseWriter, r *http.Request) {
	now, err := h.Class.ByID(r.Context(), "")
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	rows := h.rows(r)
	told := h.tell(now, rows)
	for _, row := range rows {
		told.People = append(told.People, tellPerson(row))
	}
	httpio.WriteJSON(w, http.StatusOK, told)
}

// All answers GET /api/class/all.
func (h *Handlers) All(w http.ResponseWriter, r *http.Request) {
	all, err := h.Class.All(r.Context())
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	httpio.WriteJSON(w, http.StatusOK, all)
}

// Results answers GET /api/class/results: what the people of a class did. With ?id it is a class that was closed.
func (h *Handlers) Results(w http.ResponseWriter, r *http.Request) {
	if _, results, ok := h.results(w, r); ok {
		httpio.WriteJSON(w, http.StatusOK, results)
	}
}

// CSV answers GET /api/class.csv: the same as a table.
func (h *Handlers) CSV(w http.ResponseWriter, r *http.Request) {
	of, results, ok := h.results(w, r)
	if !ok {
		return
	}
	var table bytes.Buffer
	if err := class.WriteCSV(&table, results); err != nil {
		reply.Refuse(w, r, err)
		return
	}
	download(w, of, ".csv", "text/csv; charset=utf-8", table.Bytes())
}

func (h *Handlers) results(w http.ResponseWriter, r *http.Request) (of *class.Class, results []class.Result, ok bool) {
	of, err := h.Class.ByID(r.Context(), r.URL.Query().Get("id"))
	if err == nil {
		results, err = h.Class.Results(r.Context(), of)
	}
	if err != nil {
		reply.Refuse(w, r, err)
		return nil, nil, false
	}
	return of, results, true
}

// Grades answers GET /api/class/grades.csv: a line a person, for the gradebook of a learning platform.
func (h *Handlers) Grades(w http.ResponseWriter, r *http.Request) {
	h.file(w, r, "-grades.csv", "text/csv; charset=utf-8", h.Class.WriteGrades)
}

// Records answers GET /api/class/records: the signed records of a class, as a ZIP.
func (h *Handlers) Records(w http.ResponseWriter, r *http.Request) {
	h.file(w, r, ".zip", "application/zip", h.Class.WriteRecords)
}

// file answers with what is written of a class, whole or not at all.
func (h *Handlers) file(
	w http.ResponseWriter, r *http.Request, ending, kind string, write func(context.Context, io.Writer, *class.Class) error,
) {
	of, err := h.Class.ByID(r.Context(), r.URL.Query().Get("id"))
	var file bytes.Buffer
	if err == nil {
		err = write(r.Context(), &file, of)
	}
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	download(w, of, ending, kind, file.Bytes())
}

// download answers with a file. It is called by the class's id and the day, so that a name that somebody typed is in no
// header.
func download(w http.ResponseWriter, of *class.Class, ending, kind string, file []byte) {
	name := strings.Join([]string{"class", of.Opened.Format("2006-01-02"), of.ID}, "-") + ending
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Cache-Control", "no-store")
	w.Write(file)
}
