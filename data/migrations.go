package data

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// Migration is one step in which an engine's tables came to be what they are. A database says which was its last.
type Migration struct {
	Number     int // from 1, without gaps
	Name       string
	Statements string
}

// Migrations reads the numbered files of an engine, as "migrations/0001_start.sql", in their order. Its error is for
// developers: a file has no number, or not the one that is next.
func Migrations(files fs.FS) ([]Migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql") // by name, and each number has four digits
	if err != nil {
		return nil, err
	}
	all := make([]Migration, len(names))
	for i, name := range names {
		digits, _, _ := strings.Cut(path.Base(name), "_")
		number, err := strconv.Atoi(digits)
		if err != nil || number != i+1 {
			return nil, fmt.Errorf("%s is not migration %d", name, i+1)
		}
		statements, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		all[i] = Migration{number, name, string(statements)}
	}
	return all, nil
}

// NewerError says that a later version of Two Doors has been at a database.
type NewerError struct{ Found, Known int } // numbers of migrations

func (e *NewerError) Error() string {
	return fmt.Sprintf("its tables are at %d, this program knows %d", e.Found, e.Known)
}
