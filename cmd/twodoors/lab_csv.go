package main

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"twodoors/web/csvio"
	"twodoors/web/lab"
	"twodoors/web/lab/catalog"
)

// largestRecord is how many bytes a file may have that is read as a record. Those of this program have a tenth.
const largestRecord = 10 << 20

// checked is a file, and what the check of it came to.
type checked struct {
	name   string // below the folder
	record lab.Record
	valid  string // one of the words below
	signer string // the key that signed it, empty when none did
	reason string // why it is not valid
	copied string // the other files that have its traces, in words; empty when there is none
}

// What the check of a record comes to.
const (
	validHere  = "yes"
	validThere = "by another site" // unchanged, signed with a key that is not the one to check with
	notValid   = "no"
)

// writeCSV checks all records below a folder and writes a row for each.
func writeCSV(out io.Writer, folder string, key ed25519.PublicKey) error {
	files, err := recordFiles(folder)
	if err != nil {
		return fmt.Errorf("the folder cannot be read: %w", err)
	}
	if len(files) == 0 {
		return fmt.Errorf("there is no record in %s: records are .json files", folder)
	}
	labs, all := catalog.Labs(), []*checked{}
	for _, file := range files {
		all = append(all, check(folder, file, key, labs))
	}
	findCopies(all)
	w := csvio.NewWriter(out, "file", "seat", "lab", "finished", "minutes", "tasks", "hints",
		"predictions_right", "predictions_made", "predictions_asked", "valid", "copied_from", "signer", "reason")
	for _, c := range all {
		w.Row(c.row(labs)...)
	}
	return w.Flush()
}

// recordFiles are the files below a folder that may be records, by name.
func recordFiles(folder string) (files []string, err error) {
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && strings.EqualFold(filepath.Ext(path), ".json") {
			files = append(files, path)
		}
		return err
	})
	return files, err
}

// check checks one file: with the key, and if another one signed it, with that.
func check(folder, file string, key ed25519.PublicKey, labs []*lab.Lab) *checked {
	c := &checked{name: filepath.ToSlash(file), valid: notValid}
	if below, err := filepath.Rel(folder, file); err == nil && below != "." {
		c.name = filepath.ToSlash(below)
	}
	text, err := readRecord(file)
	if err != nil {
		c.reason = err.Error()
		return c
	}
	signer, whole := lab.SignedBy(text)
	c.valid = validHere
	if whole {
		c.signer = lab.WriteKey(signer)
		if !signer.Equal(key) {
			c.valid, key = validThere, signer
		}
	}
	if c.record, err = lab.CheckRecord(text, key, labs); err != nil {
		c.valid, c.reason = notValid, err.Error()
	}
	return c
}

func readRecord(file string) ([]byte, error) {
	opened, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	text, err := io.ReadAll(io.LimitReader(opened, largestRecord+1))
	if len(text) > largestRecord {
		return nil, errors.New("the file is too large for a record")
	}
	return text, err
}

// findCopies names for each record the others that have one of its traces. A trace has an id that nobody else's has,
// so what two files share was done once.
func findCopies(all []*checked) {
	having := map[string][]*checked{}
	for _, c := range all {
		for _, s := range c.record.History {
			if s.Trace != "" && !slices.Contains(having[s.Trace], c) {
				having[s.Trace] = append(having[s.Trace], c)
			}
		}
	}
	for _, c := range all {
		var others []string
		for _, s := range c.record.History {
			for _, other := range having[s.Trace] {
				if other != c && !slices.Contains(others, other.name) {
					others = append(others, other.name)
				}
			}
		}
		if len(others) > 0 {
			c.copied = "the same traces as " + strings.Join(slices.Sorted(slices.Values(others)), ", ")
		}
	}
}

func (c *checked) row(labs []*lab.Lab) []string {
	if c.record.Lab == "" {
		return []string{c.name, "", "", "", "", "", "", "", "", "", c.valid, c.copied, c.signer, c.reason}
	}
	t := c.record.Tally(labs)
	row := []string{c.name, c.record.Seat, c.record.Lab, c.record.Finished.UTC().Format("2006-01-02T15:04:05Z")}
	for _, figure := range []int{t.Minutes, t.Tasks, t.Hints, t.Right, t.Predicted, t.Asked} {
		row = append(row, strconv.Itoa(figure))
	}
	return append(row, c.valid, c.copied, c.signer, c.reason)
}
