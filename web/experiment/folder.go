package experiment

import (
	"os"

	"twodoors/web/scratch"
)

// folderName begins the names of the folders where experiments have their databases.
const folderName = "twodoors-lab-"

func newFolder() (*scratch.Folder, error) { return scratch.Make(os.TempDir(), folderName) }

// RemoveAbandoned removes the folders of experiments that were killed before they could.
func RemoveAbandoned() { scratch.RemoveAbandoned(os.TempDir(), folderName) }
