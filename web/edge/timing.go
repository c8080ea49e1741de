package edge

import (
	"net/http"
	"strconv"
	"strings"

	"twodoors/web/trace"
)

// untimed are requests whose times tell nothing: how long they take depends on who has an account, or on a secret.
var untimed = map[string]bool{
	"/api/session/login": true, "/api/token/login": true, "/api/signup": true, "/api/token/refresh": true, "/api/account/password": true,
	"/api/token/logout": true,
}

// timed reports whether the answer tells its seat how long each step took: the browser shows that beside its own times.
func (v *visit) timed(t *trace.Trace) bool {
	path := v.request.URL.Path
	return !v.seat.New && len(t.Steps) > 0 && strings.HasPrefix(path, "/api/") && !untimed[path]
}

// addTimings writes the steps of a trace as metrics, in milliseconds (W3C Server Timing, section 2).
func addTimings(header http.Header, t *trace.Trace) {
	line := make([]byte, 0, 1024) // enough for all steps that a trace has
	for i := range t.Steps {
		step := &t.Steps[i]
		line = append(line, step.Name...)
		if !step.OK {
			line = append(line, `;desc="refused"`...)
		}
		line = appendDuration(line, step.Nanoseconds)
		line = append(line, ", "...)
	}
	line = append(line, "total"...)
	line = appendDuration(line, t.Nanoseconds)
	header["Server-Timing"] = []string{string(line)}
	t.ResponseBytes += len("Server-Timing: \r\n") + len(line)
}

// appendDuration writes a duration with the digits of microseconds.
func appendDuration(line []byte, ns int64) []byte {
	micro := ns / 1_000
	line = append(line, ";dur="...)
	line = strconv.AppendInt(line, micro/1_000, 10)
	return append(line, '.', digit(micro/100), digit(micro/10), digit(micro))
}

func digit(n int64) byte { return '0' + byte(n%10) }
