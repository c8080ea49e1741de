package tell

import (
	"encoding/base64"

	"github.com/go-json-experiment/json/jsontext"

	"twodoors/web/trace"
)

// Decoded is what a token says that a trace shows: JSON with one member a line, or why
// it cannot be read.
type Decoded struct{ Header, Payload string }

// Decode decodes the token that a request carried, nil when it carried none.
func Decode(t *trace.Trace) *Decoded {
	parts := t.Credential.JWT()
	if parts == nil {
		return nil
	}
	return &Decoded{Header: decoded(parts[0]), Payload: decoded(parts[1])}
}

func decoded(part string) string {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return "This part is not valid base64url."
	}
	value := jsontext.Value(raw)
	if err := value.Indent(jsontext.WithIndent("  ")); err != nil {
		return Inert(Clip(string(raw), 2048))
	}
	return InertLines(string(value))
}
