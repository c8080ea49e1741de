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

// The labs of a course take as long as it says, and every lab is in the longest one.
func TestCoursesTakeTheirTime(t *testing.T) {
	t.Parallel()
	labs := catalog.Labs()
	courses := catalog.Courses(labs)
	for _, course := range courses {
		sum := 0
		for _, l := range course.Labs {
			sum += l.Minutes
		}
		if sum != course.Minutes {
			t.Errorf("the course of %d minutes takes %d", course.Minutes, sum)
		}
	}
	longest := courses[len(courses)-1]
	for _, l := range labs {
		if longest.Place(l) == 0 {
			t.Errorf("%s is in no course", l.Name)
		}
	}
}
