package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"twodoors/web/settings"
)

// given are the flags, by name, that somebody chose on the command line or in the environment.
type given map[string]bool

func givenTo(command *kong.Context) given {
	chosen := given{}
	for _, path := range command.Path {
		if path.Flag != nil {
			chosen[path.Flag.Name] = true
		}
	}
	for _, flag := range command.Flags() {
		for _, name := range flag.Envs {
			if _, set := os.LookupEnv(name); set {
				chosen[flag.Name] = true
			}
		}
	}
	return chosen
}

// expectAgreed refuses a flag that says something else than what the servers of the site have agreed on.
func (g given) expectAgreed(flags, agreed settings.Doors) error {
	for _, name := range flags.Differing(agreed) {
		if flag := strings.ReplaceAll(name, "_", "-"); g[flag] {
			return usageError{fmt.Errorf("--%s %s is not what the servers of this site have agreed on, which is %s: "+
				"leave it out, or change the setting for all with PATCH /api/settings", flag, flags.Value(name), agreed.Value(name))}
		}
	}
	return nil
}
