package csvio_test

import (
	"errors"
	"strings"
	"testing"

	"twodoors/web/csvio"
)

// No cell is a formula, and all others stay as they are.
func TestCellIsNoFormula(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "ada": "ada", "a=1": "a=1", "1-2": "1-2", "’quoted’": "’quoted’",
		"=HYPERLINK(1)": "'=HYPERLINK(1)", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1",
	} {
		if got := csvio.Cell(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// Rows are quoted as RFC 4180 says.
func TestRowsAreCSV(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	w := csvio.NewWriter(&text, "name", "lab")
	w.Row(`=1,"x"`, "two\nlines")
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if want := "name,lab\n\"'=1,\"\"x\"\"\",\"two\nlines\"\n"; text.String() != want {
		t.Errorf("%q", text.String())
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestFlushSaysWhatWentWrong(t *testing.T) {
	t.Parallel()
	if err := csvio.NewWriter(full{}, "name").Flush(); err == nil {
		t.Error("it says nothing")
	}
}
