package class

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"twodoors/web/csvio"
	"twodoors/web/lab"
)

// Result is what a person did in one lab.
type Result struct {
	Name      string    `json:"name"`
	Person    string    `json:"person"` // public id
	Lab       string    `json:"lab"`
	Tasks     int       `json:"tasks"`
	Done      int       `json:"done"`
	Begun     time.Time `json:"begun"`
	Finished  time.Time `json:"finished,omitzero"`
	Seconds   []int     `json:"seconds"` // that each task took which is done
	Hints     int       `json:"hints"`
	Asked     int       `json:"predictions_asked"`
	Predicted int       `json:"predictions_made"`
	Right     int       `json:"predictions_right"`
	Holds     bool      `json:"record_holds"` // the history shows what the site says was done
}

// Results are what the people of a class did, by person and lab, as far as they have begun one.
func (c *Classes) Results(ctx context.Context, of *Class) ([]Result, error) {
	results := []Result{}
	for _, p := range of.People {
		all, err := c.Labs.Progress(ctx, p.Seat)
		if err != nil {
			return nil, err
		}
		for _, l := range c.Labs.All {
			if progress := all[l.Name]; progress != nil {
				results = append(results, c.result(p, l, progress))
			}
		}
	}
	return results, nil
}

// result is what a record of the lab says, finished or not.
func (c *Classes) result(p *Person, l *lab.Lab, progress *lab.Progress) Result {
	record := lab.NewRecord(c.Version, p.Seat, l, progress)
	r := Result{
		Name: p.Name, Person: p.ID, Lab: l.Name, Tasks: len(l.Tasks), Done: len(record.Tasks), Begun: progress.Begun, Finished: progress.Finished,
		Seconds: []int{}, Holds: record.Check(c.Labs.All) == nil,
	}
	for i, task := range record.Tasks {
		r.Seconds, r.Hints = append(r.Seconds, task.Took), r.Hints+task.Hints
		if l.Tasks[i].Predict == nil {
			continue
		}
		r.Asked++
		if task.Predicted != "" {
			r.Predicted++
		}
		if task.Predicted != "" && task.Predicted == task.Outcome {
			r.Right++
		}
	}
	return r
}

// columns are those of the CSV.
var columns = []string{
	"Name", "Person", "Score", "Lab", "Tasks", "Done", "Begun", "Finished", "Minutes", "Task seconds", "Hints",
	"Predictions asked", "Predictions made", "Predictions right", "Record holds",
}

// WriteCSV writes results as CSV (RFC 4180), a line for each person and lab. No cell is taken for a formula.
func WriteCSV(w io.Writer, results []Result) error {
	table := csvio.NewWriter(w, columns...)
	for _, r := range results {
		table.Row(r.cells()...)
	}
	return table.Flush()
}

func (r Result) cells() []string {
	finished, minutes := "", ""
	if !r.Finished.IsZero() {
		finished, minutes = r.Finished.UTC().Format(time.RFC3339), fmt.Sprintf("%.1f", r.Finished.Sub(r.Begun).Minutes())
	}
	seconds := ""
	for i, took := range r.Seconds {
		if i > 0 {
			seconds += " "
		}
		seconds += strconv.Itoa(took)
	}
	return []string{
		r.Name, r.Person, strconv.Itoa(100 * r.Done / max(1, r.Tasks)), r.Lab, strconv.Itoa(r.Tasks), strconv.Itoa(r.Done),
		r.Begun.UTC().Format(time.RFC3339), finished, minutes, seconds, strconv.Itoa(r.Hints),
		strconv.Itoa(r.Asked), strconv.Itoa(r.Predicted), strconv.Itoa(r.Right), yesNo(r.Holds),
	}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// WriteRecords writes the signed records of all labs that people of a class finished, as a ZIP with a file each. Files
// are called by the person's id and the lab: names stay out of file names.
func (c *Classes) WriteRecords(ctx context.Context, w io.Writer, of *Class) error {
	folder := zip.NewWriter(w)
	for _, p := range of.People {
		all, err := c.Labs.Progress(ctx, p.Seat)
		if err != nil {
			return err
		}
		for _, l := range c.Labs.All {
			progress := all[l.Name]
			if progress == nil || progress.Finished.IsZero() {
				continue
			}
			record, err := lab.NewRecord(c.Version, p.Seat, l, progress).Sign(c.Records)
			if err != nil {
				return err
			}
			file, err := folder.CreateHeader(&zip.FileHeader{Name: p.ID + "-" + l.Name + ".json", Method: zip.Deflate, Modified: progress.Finished})
			if err != nil {
				return err
			}
			if _, err := file.Write(record); err != nil {
				return err
			}
		}
	}
	return folder.Close()
}

// WriteGrades writes a line for each person of a class, with the share of the tasks done in each lab, in hundredths. The
// first three columns are those by which Canvas knows people; Moodle maps the first (docs/teaching.md).
func (c *Classes) WriteGrades(ctx context.Context, w io.Writer, of *Class) error {
	header := []string{"Student", "ID", "Section"}
	for _, l := range c.Labs.All {
		header = append(header, l.Name)
	}
	table := csvio.NewWriter(w, header...)
	for _, p := range of.People {
		all, err := c.Labs.Progress(ctx, p.Seat)
		if err != nil {
			return err
		}
		row := []string{p.Name, "", of.Name}
		for _, l := range c.Labs.All {
			row = append(row, strconv.Itoa(100*all[l.Name].Done()/len(l.Tasks)))
		}
		table.Row(row...)
	}
	return table.Flush()
}
