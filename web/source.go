// Package web holds what describes the packages below it: their source, so that
// the inspector can show the lines that decided about a request, and the API.
package web

import "embed"

// OpenAPI describes the whole API, in YAML.
//
//go:embed openapi.yaml
var OpenAPI []byte

// Source has each file under its path in this folder, as "session/authorize.go". The
// patterns together leave out what ends in "_test.go", and nothing else.
//
//go:embed */*[^t].go */*[^s]t.go */*[^e]st.go
var Source embed.FS
