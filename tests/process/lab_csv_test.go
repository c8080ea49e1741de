package process

import (
	"bytes"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"twodoors/tests/site"
	"twodoors/web/lab"
)

// A teacher checks a folder of records at once: each is a row, and copies are named whoever signed them.
func TestFolderOfRecordsIsATable(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.beginLab("restart")
	if a := s.call("POST", "/api/labs/restart/predict", `{"task":2,"answer":"token"}`); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	s.call("POST", "/api/labs/restart/hint", `{"task":2,"hint":2}`)
	s.paste(s.commands("/labs/restart"))
	record := s.call("GET", "/api/labs/restart/record", "").body
	folder := t.TempDir()
	for name, text := range map[string]string{
		"ada.json": record, "bob/=1.json": signedElsewhere(t, record), "changed.json": strings.Replace(record, `"status": 401`, `"status": 200`, 1),
		"notes.txt": "no record", "other.json": "{}",
	} {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	said, err := exec.Command(site.Program(), "lab", "check", folder, "--csv", "--db", s.DB).Output()
	if err != nil {
		t.Fatal(err)
	}
	rows := table(t, said)
	expectRow(t, rows["ada.json"], "lab:restart tasks:4 hints:2 predictions_right:1 predictions_made:1 predictions_asked:2 valid:yes", "the same traces as bob/=1.json")
	expectRow(t, rows["bob/=1.json"], "seat:'=bob lab:restart predictions_asked:2", "the same traces as ada.json")
	expectRow(t, rows["changed.json"], "valid:no lab:", "")
	expectRow(t, rows["other.json"], "valid:no lab:", "")
	if len(rows) != 4 || rows["bob/=1.json"]["valid"] != "by another site" || !strings.Contains(rows["changed.json"]["reason"], "the signature is invalid") {
		t.Errorf("%s", said)
	}
}

// signedElsewhere is a record under another name, signed with the key of another site.
func signedElsewhere(t *testing.T, text string) string {
	t.Helper()
	var file struct {
		Record lab.Record `json:"record"`
	}
	if err := json.Unmarshal([]byte(text), &file, json.RejectUnknownMembers(false)); err != nil {
		t.Fatal(err)
	}
	file.Record.Seat = "=bob"
	signed, err := file.Record.Sign(lab.RecordKey(bytes.Repeat([]byte{9}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return string(signed)
}

// table is a CSV by its first column, each row by the names of its columns.
func table(t *testing.T, text []byte) map[string]map[string]string {
	t.Helper()
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]map[string]string{}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range line {
			row[lines[0][i]] = cell
		}
		rows[line[0]] = row
	}
	return rows
}

func expectRow(t *testing.T, row map[string]string, cells, copied string) {
	t.Helper()
	for cell := range strings.FieldsSeq(cells) {
		if name, value, _ := strings.Cut(cell, ":"); row[name] != value {
			t.Errorf("%s: %s is %q, want %q", row["file"], name, row[name], value)
		}
	}
	if row["copied_from"] != copied {
		t.Errorf("%s is copied from %q", row["file"], row["copied_from"])
	}
}
