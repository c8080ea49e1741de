package edge

import (
	"net/http"
	"testing"

	"twodoors/web/trace"
)

// ladder is what an answer of the token door tells of its steps.
func ladder() *trace.Trace {
	t := &trace.Trace{Nanoseconds: 36_500_400}
	for i, name := range []trace.Name{trace.BearerRead, trace.TokenDecode, trace.AlgorithmCheck, trace.KeySelect, trace.SignatureVerify, trace.ClaimsCheck, trace.RoleCheck} {
		t.Steps = append(t.Steps, trace.Step{Name: name, OK: i != 6, Nanoseconds: int64(i) * 1_003_400})
	}
	return t
}

func TestTimingsAreMilliseconds(t *testing.T) {
	t.Parallel()
	header := http.Header{}
	addTimings(header, ladder())
	const want = `bearer.read;dur=0.000, token.decode;dur=1.003, algorithm.check;dur=2.006, key.select;dur=3.010, signature.verify;dur=4.013, ` +
		`claims.check;dur=5.017, role.check;desc="refused";dur=6.020, total;dur=36.500`
	if got := header.Get("Server-Timing"); got != want {
		t.Errorf("%s\n%s", got, want)
	}
}

func BenchmarkTimings(b *testing.B) {
	header, t := http.Header{}, ladder()
	b.ReportAllocs()
	for b.Loop() {
		addTimings(header, t)
	}
}
