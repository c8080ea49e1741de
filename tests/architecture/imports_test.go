package architecture

import (
	"errors"
	"go/build"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"twodoors/web/lab/catalog"
)

// layers are our packages from the bottom to the top. A package imports only what lies in a
// layer below its own.
func layers() [][]string {
	var labs []string
	for _, l := range catalog.Labs() {
		labs = append(labs, "web/lab/"+l.Name)
	}
	return [][]string{
		{"data", "static", "web", "web/trace", "web/settings", "web/httpio", "web/framing", "web/redisd", "web/postgresd", "web/redisio", "web/seat", "web/scratch", "web/apiclient", "web/upstream", "web/csvio", "web/lab/forgery/careless"},
		{"data/sqlite", "data/postgres", "data/datatest", "web/limit", "web/trace/tell", "web/door", "web/health"},
		{"web/session", "web/token", "web/turns", "web/relay", "web/experiment", "web/trace/curl", "web/trace/har", "web/trace/ladder", "web/trace/sequence", "web/metrics"},
		{"web/account", "web/trace/shared", "web/jwtinspect", "web/passcode", "web/edge", "web/room"},
		{"web/rooms", "web/agreement"},
		{"web/lab"},
		append(labs, "web/lab/labtest", "web/class"),
		{"web/lab/catalog", "views/layout", "views/diagram"},
		{"views/experiments"},
		{"views/doors", "views/inspector", "views/labs", "views/servers", "views/token", "views/class"},
		{"web/inspector", "web/front/reply"},
		{"web/front/experiments", "web/front/visitors"},
		{"web/front/labs", "web/front/serverroom", "web/front/classroom"},
		{"web/front", "web/server"},
		{"cmd/twodoors"},
	}
}

// reserved are packages that few may import, ours and others'.
var reserved = map[string][]string{
	"twodoors/data/sqlite":         {"cmd/twodoors", "web/experiment"}, // whoever opens a database; the experiment fills one of its own
	"twodoors/data/postgres":       {"cmd/twodoors"},
	"modernc.org/sqlite":           {"data/sqlite"},
	"github.com/jackc/pgx/v5":      {"data/postgres"},
	"modernc.org/sqlite/lib":       {"data/sqlite"},
	"github.com/redis/go-redis/v9": {"cmd/twodoors", "web/redisio", "web/session", "web/trace/shared"},

	// Pages, and what they are put together from, are for the handlers of pages.
	"twodoors/views/doors":       {"web/front", "web/inspector", "web/server"},
	"twodoors/views/inspector":   {"web/inspector"},
	"twodoors/views/token":       {"web/inspector"},
	"twodoors/views/servers":     {"web/front/serverroom"},
	"twodoors/views/labs":        {"web/front/labs"},
	"twodoors/views/class":       {"web/front/classroom"},
	"twodoors/views/diagram":     {"views/class", "views/doors", "views/inspector"},
	"twodoors/views/experiments": {"views/labs", "views/servers", "web/front/experiments", "web/front/labs"},
	"twodoors/views/layout": {"cmd/twodoors", "web/inspector", "web/server", "web/front", "web/front/classroom", "web/front/labs", "web/front/serverroom",
		"views/class", "views/doors", "views/experiments", "views/inspector", "views/labs", "views/servers", "views/token"},
}

// Imports point down and never up, and no more packages know a database, a Redis or a page
// than have to.
func TestImportsPointDown(t *testing.T) {
	t.Parallel()
	imports, layer := imports(t), map[string]int{}
	for i, packages := range layers() {
		for _, name := range packages {
			layer[name] = i
			if _, there := imports[name]; !there {
				t.Errorf("there is no package %s", name)
			}
		}
	}
	for name, imported := range imports {
		if _, listed := layer[name]; !listed {
			t.Errorf("%s is in no layer", name)
		}
		for _, other := range imported {
			if ours, yes := strings.CutPrefix(other, "twodoors/"); yes && layer[ours] >= layer[name] {
				t.Errorf("%s imports %s, which is not below it", name, ours)
			}
			if few, yes := reserved[other]; yes && !slices.Contains(few, name) {
				t.Errorf("%s imports %s", name, other)
			}
		}
	}
}

// imports is what each of our packages imports. It reads the files itself, so that a kept
// result of this test is not taken for that of changed files.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	imports, root := map[string][]string{}, filepath.Join("..", "..")
	for _, top := range []string{"cmd", "data", "static", "views", "web"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.IsDir() {
				return err
			}
			p, err := build.ImportDir(path, 0)
			if _, none := errors.AsType[*build.NoGoError](err); none {
				return nil
			}
			name, _ := filepath.Rel(root, path)
			imports[filepath.ToSlash(name)] = p.Imports
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return imports
}
