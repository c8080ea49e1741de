package inspector

import (
	"time"

	"twodoors/web/trace"
)

// Embed is a copy of a trace, for slides.
type Embed struct {
	ID    string
	URL   string // what a slide frames
	Made  time.Time
	Trace *trace.Trace // nil when the copy cannot be read
}

// EmbedFrame is what stands around an embedded trace.
type EmbedFrame struct {
	Static string // where static files are served
	Theme  string // "light", "dark", or empty for the system's
}

// frameCode is what to paste into a slide.
func frameCode(base, id string) string {
	return `<iframe src="` + base + "/embed/" + id + `" width="960" height="540" title="A request at Two Doors"></iframe>`
}
