package jwtinspect

import (
	"regexp"
	"sync"
)

// expression is a regular expression that is compiled when it is first needed: each server has this package, somebody
// waits for its start, and hardly one is ever asked to decode a token.
func expression(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
