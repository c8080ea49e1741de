package class_test

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	views "twodoors/views/class"
	"twodoors/views/layout"
	"twodoors/web/class"
	"twodoors/web/httpio"
	"twodoors/web/lab/catalog"
)

// BenchmarkFullBoard answers with the board of 200 people who have begun every lab, as it is sent to a browser.
func BenchmarkFullBoard(b *testing.B) {
	board, r := fullBoard(200), httptest.NewRequest("GET", "/class", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	var sent int
	for b.Loop() {
		w := httptest.NewRecorder()
		httpio.Page(w, r, 200, views.BoardPage(layout.Page{Title: "Class"}, board))
		sent = w.Body.Len()
	}
	b.ReportMetric(float64(sent), "bytes")
}

// fullBoard has different people in different states in each lab.
func fullBoard(people int) views.Board {
	now := time.Now()
	board := views.Board{Class: &class.Class{Name: "Web security"}, Labs: catalog.Labs(), Now: now}
	states := []class.CellState{class.AtWork, class.Stuck, class.Away, class.Paused, class.Finished}
	for i := range people {
		odd := i * 7919 // not the same in neighbouring rows
		row := class.Row{ID: fmt.Sprintf("%010x", odd*odd*odd+i), Name: fmt.Sprintf("Person %x", odd*31), Right: odd % 9, Asked: 9, Last: now.Add(-time.Duration(odd%3000) * time.Second)}
		for j, l := range board.Labs {
			row.Cells = append(row.Cells, class.Cell{
				Lab: l.Name, State: states[(odd/7+j*j)%len(states)], Done: (odd + j) % len(l.Tasks), Tasks: len(l.Tasks),
				Quiet: time.Duration((odd+j)%5000) * time.Second, Tries: (odd + j) % 90, Hints: (odd + j) % 4,
			})
		}
		board.Rows = append(board.Rows, row)
	}
	return board
}
