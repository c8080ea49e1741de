package experiment

import (
	"fmt"
	"os"
	"path/filepath"
)

// folder is where an experiment has its database, with keys in it. As long as the process
// lives that made it, it holds the lock in it: a folder that nobody holds was left behind
// by one that was killed.
type folder struct {
	path string
	held *os.File
}

const (
	folderName = "twodoors-lab-" // begins the names of all
	lockName   = "lock"
)

// newFolder makes one. It removes those that were left behind.
func newFolder() (f *folder, err error) {
	RemoveAbandoned()
	for range 10 { // another process may take it for one that was left behind, before it is held
		if f, err = holdNew(); err == nil {
			return f, nil
		}
	}
	return nil, fmt.Errorf("make a folder for the experiment: %w", err)
}

func holdNew() (*folder, error) {
	path, err := os.MkdirTemp("", folderName)
	if err != nil {
		return nil, err
	}
	held, err := hold(filepath.Join(path, lockName))
	if err != nil {
		os.RemoveAll(path)
		return nil, err
	}
	return &folder{path, held}, nil
}

// hold locks a new file, and makes sure that it has not been removed before.
func hold(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = lock(file)
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// remove removes the folder with all that is in it.
func (f *folder) remove() {
	f.held.Close() // Windows removes no open file
	os.RemoveAll(f.path)
}

// RemoveAbandoned removes the folders of experiments that were killed before they could.
func RemoveAbandoned() {
	paths, _ := filepath.Glob(filepath.Join(os.TempDir(), folderName+"*"))
	for _, path := range paths {
		removeAbandoned(path)
	}
}

// removeAbandoned removes one folder, unless somebody holds it. Anybody may have put
// anything where temporary files are, so no link is followed and nothing is made.
func removeAbandoned(path string) {
	about, err := os.Lstat(path)
	if err != nil || !about.IsDir() {
		return
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return
	}
	file, err := root.OpenFile(lockName, os.O_RDWR, 0)
	root.Close()
	if err != nil {
		os.Remove(path) // it is empty, or else stays
		return
	}
	defer file.Close()
	if lock(file) == nil {
		os.RemoveAll(path)
		file.Close() // for Windows, which leaves it until then
		os.RemoveAll(path)
	}
}
