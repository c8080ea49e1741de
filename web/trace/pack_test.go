package trace_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"twodoors/web/trace"
)

// finished is a trace of a request that was refused, with a bit of everything in it.
func finished() *trace.Trace {
	t := recorded()
	t.Room, t.Door, t.Client, t.ByTab = trace.Stage, "session", "thief", true
	t.Parent = parent
	t.Finish(401, 412, 230)
	return t
}

// What is packed is unpacked as it was, and a quiet trace stays in no list.
func TestPackedTraceIsTheSame(t *testing.T) {
	t.Parallel()
	quiet := numbered(1)
	quiet.Steps, quiet.At = nil, time.Unix(0, 1).UTC()
	for what, sent := range map[string]*trace.Trace{"refused": finished(), "quiet": quiet, "empty": {At: quiet.At}} {
		got, err := trace.Unpack(sent.Pack(), 7)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if asJSON(t, got) != asJSON(t, sent) || got.Quiet() != sent.Quiet() || got.Number() != 7 {
			t.Errorf("%s:\n%s\n%s", what, asJSON(t, got), asJSON(t, sent))
		}
	}
}

func asJSON(t *testing.T, one *trace.Trace) string {
	t.Helper()
	text, err := json.Marshal(one)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Whatever bytes a visitor sent, a packed trace is text.
func TestPackedTraceIsText(t *testing.T) {
	t.Parallel()
	sent := finished()
	sent.Path, sent.User, sent.Credential.Shown = "/a\xff/\xc3", "\xed\xa0\x80", "\xfe\x00"
	sent.Steps[0].Facts = trace.Facts{trace.Text("kid", "\xff\xff")}
	packed := sent.Pack()
	if got, err := trace.Unpack(packed, 1); !utf8.ValidString(packed) || err != nil || got.Path != "/a?/?" {
		t.Errorf("%q, %v", packed, err)
	}
}

// What a server of another version wrote is refused as that, not misread.
func TestPackedByAnotherVersion(t *testing.T) {
	t.Parallel()
	_, rest, _ := strings.Cut(finished().Pack(), "\t")
	for _, version := range []string{"", "0", "2", "11"} {
		if _, err := trace.Unpack(version+"\t"+rest, 1); err == nil || !strings.Contains(err.Error(), "version") {
			t.Errorf("%q: %v", version, err)
		}
	}
}

// Whatever is taken for a packed trace, nothing but one that can be packed again comes of it.
func FuzzUnpack(f *testing.F) {
	f.Add(finished().Pack())
	f.Add("")
	f.Add("1" + strings.Repeat("\t0", 14))
	f.Add("1" + strings.Repeat("\t0", 15) + "\t2\t1\t2\t3\t\t\t\t\t\t0")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := trace.Unpack(text, 1)
		if err != nil {
			return
		}
		again, err := trace.Unpack(got.Pack(), 1)
		if err != nil || len(again.Steps) != len(got.Steps) || again.Quiet() != got.Quiet() {
			t.Errorf("%v: %+v, then %+v", err, got, again)
		}
	})
}
