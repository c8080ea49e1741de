// Package web holds the source of the packages below it, so that the inspector
// can show the lines that decided about a request.
package web

import "embed"

// Source has each file under its path in this folder, as "session/authorize.go".
//
//go:embed */*.go
var Source embed.FS
