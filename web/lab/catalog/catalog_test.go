package catalog_test

import (
	"os"
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
