package catalog_test

import (
	"errors"
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"twodoors/web/lab/catalog"
)

// Folders beside the catalog that are no labs.
var noLabs = []string{"catalog", "labtest"}

// Each folder is a lab of that name, and is listed.
func TestEachFolderIsALab(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	var folders, listed []string
	for _, entry := range entries {
		if entry.IsDir() && !slices.Contains(noLabs, entry.Name()) {
			folders = append(folders, entry.Name())
		}
	}
	for _, lab := range catalog.Labs() {
		listed = append(listed, lab.Name)
	}
	slices.Sort(listed)
	if !slices.Equal(folders, listed) {
		t.Errorf("the folders are %v, listed are %v", folders, listed)
	}
}

// Imports point one way: the engine knows no lab, a lab knows no other and no page, and nobody
// knows a lab but the catalog and the pages.
func TestImportsPointOneWay(t *testing.T) {
	t.Parallel()
	imports := imports(t)
	for _, l := range catalog.Labs() {
		its := "twodoors/web/lab/" + l.Name
		if !slices.Contains(imports[its], "twodoors/web/lab") {
			t.Errorf("%s does not import the engine", its)
		}
		for who, imported := range imports {
			if slices.Contains(imported, its) && who != "twodoors/web/lab/catalog" && who != "twodoors/views" {
				t.Errorf("%s imports the lab %s", who, l.Name)
			}
		}
		for _, above := range []string{"twodoors/views", "twodoors/web/front", "twodoors/web/server", "twodoors/web/session", "twodoors/web/token", "twodoors/data"} {
			if slices.Contains(imports[its], above) {
				t.Errorf("the lab %s imports %s", l.Name, above)
			}
		}
	}
}

// imports is what each package of Two Doors imports. It reads the files itself, so that a kept result of this test is
// not taken for that of changed files.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	imports, root := map[string][]string{}, filepath.Join("..", "..", "..")
	for _, top := range []string{"cmd", "data", "views", "web"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.IsDir() {
				return err
			}
			p, err := build.ImportDir(path, 0)
			if _, none := errors.AsType[*build.NoGoError](err); none {
				return nil
			}
			name, _ := filepath.Rel(root, path)
			imports["twodoors/"+filepath.ToSlash(name)] = p.Imports
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return imports
}
