// Package scratch makes folders that are there for as long as the process that made them: for
// databases with keys in them, which nobody is to find later.
//
// It knows nothing of what lies in them. A process holds a lock in each of its folders, and the
// system takes the lock from it when it ends, however it ends. So a folder that nobody holds was
// left behind by a process that was killed, and the next one removes it. Start reading at Make.
package scratch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Folder is a folder of this process, which only its owner may enter.
type Folder struct {
	path string
	held *os.File
}

const lockName = "lock"

// Make makes a folder in another one, which it makes as well when it is not there. Its name
// begins with a prefix. It removes those of that prefix that were left behind.
func Make(parent, prefix string) (f *Folder, err error) {
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return nil, notMade(parent, err)
	}
	RemoveAbandoned(parent, prefix)
	for range 10 { // another process may take it for one that was left behind, before it is held
		if f, err = holdNew(parent, prefix); err == nil {
			return f, nil
		}
	}
	return nil, notMade(parent, err)
}

func notMade(parent string, err error) error {
	if refused, ok := errors.AsType[*fs.PathError](err); ok {
		err = refused.Err
	}
	return fmt.Errorf("cannot create a folder in %s: %w", parent, err)
}

func holdNew(parent, prefix string) (*Folder, error) {
	path, err := os.MkdirTemp(parent, prefix)
	if err != nil {
		return nil, err
	}
	held, err := hold(filepath.Join(path, lockName))
	if err != nil {
		os.RemoveAll(path)
		return nil, err
	}
	return &Folder{path, held}, nil
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

// Path is where the folder is.
func (f *Folder) Path() string { return f.path }

// Remove removes the folder with all that is in it.
func (f *Folder) Remove() {
	f.held.Close() // Windows removes no open file
	os.RemoveAll(f.path)
}

// RemoveAbandoned removes the folders of a prefix whose processes were killed before they
// could. Nothing else that lies beside them is touched.
func RemoveAbandoned(parent, prefix string) {
	entries, _ := os.ReadDir(parent)
	for _, entry := range entries {
		if entry.IsDir() && strings.HasPrefix(entry.Name(), prefix) {
			removeAbandoned(filepath.Join(parent, entry.Name()))
		}
	}
}

// removeAbandoned removes one folder, unless somebody holds it. Anybody may have put
// anything there, so no link is followed and nothing is made.
func removeAbandoned(path string) {
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
