package main

import (
	"fmt"
	"runtime/debug"
)

// versionCommand prints what this program was built from.
type versionCommand struct{}

func (versionCommand) Run(t terminal) error {
	fmt.Fprintln(t.out, "twodoors", version())
	return nil
}

// version names what this program was built from.
func version() string {
	version, revision := "development", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" && info.Main.Version != "(devel)" {
			version = info.Main.Version
		}
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				revision = " (" + setting.Value + ")"
			}
		}
	}
	return version + revision
}
