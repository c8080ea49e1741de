package token

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"twodoors/web/trace"
)

// maxDepth of the JSON in a token.
const maxDepth = 32

// Token is a JWS in compact serialization, taken apart (RFC 7515 section 7.1).
// Nothing in it has been verified.
type Token struct {
	Header    Header
	Claims    Claims
	Signed    string // what the signature is over: header, period, payload
	Signature []byte
}

// Header is the JOSE header (RFC 7515 section 4). Members that we do not name
// are in Extra; none of them ever chooses a key.
type Header struct {
	Algorithm string                    `json:"alg"`
	Type      string                    `json:"typ"`
	KeyID     string                    `json:"kid"`
	Extra     map[string]jsontext.Value `json:",unknown"`
}

// Decode takes a token apart. It is strict where JSON and base64 let one token
// be spelled in many ways: only what everybody reads alike is read. Its errors are
// Faults: they name the part and the place, never the content.
func Decode(text string) (*Token, error) {
	t, fault := decode(text, nil)
	if fault != nil {
		return nil, fault
	}
	return t, nil
}

// decode is Decode for who has read some headers before, by their text: all
// tokens that one key of ours signed have the same.
func decode(text string, known map[string]Header) (*Token, *Fault) {
	dot1 := strings.IndexByte(text, '.')
	dot2 := strings.LastIndexByte(text, '.')
	if dot1 < 0 || dot1 == dot2 || strings.IndexByte(text[dot1+1:dot2], '.') >= 0 {
		return nil, wrong(trace.TokenParts, trace.Number("parts", strings.Count(text, ".")+1))
	}
	t := &Token{Signed: text[:dot2]}
	if header, ok := known[text[:dot1]]; ok {
		t.Header = header
	} else if fault := decodeJSON("header", text[:dot1], &t.Header); fault != nil {
		return nil, fault
	}
	if fault := decodeJSON("payload", text[dot1+1:dot2], &t.Claims); fault != nil {
		return nil, fault
	}
	if name := twiceButForCase(t.Header.Extra, "alg", "typ", "kid"); name != "" {
		return nil, wrong(trace.TokenMemberTwice, inPart("header"))
	}
	if name := twiceButForCase(t.Claims.Extra, claimNames...); name != "" {
		return nil, wrong(trace.TokenMemberTwice, inPart("payload"))
	}
	var fault *Fault
	t.Signature, fault = decodeBase64("signature", text[dot2+1:])
	return t, fault
}

func decodeJSON(part, text string, into any) *Fault {
	raw, fault := decodeBase64(part, text)
	if fault != nil {
		return fault
	}
	if len(raw) == 0 || raw[0] != '{' {
		return wrong(trace.TokenNoObject, inPart(part))
	}
	if tooDeep(raw) {
		return wrong(trace.TokenDepth, inPart(part), trace.Number("most", maxDepth))
	}
	err := json.Unmarshal(raw, into)
	if err == nil {
		return nil
	}
	if typed, ok := errors.AsType[*json.SemanticError](err); ok {
		if name := strings.TrimPrefix(string(typed.JSONPointer), "/"); len(name) < 12 {
			return wrong(trace.TokenMemberType, inPart(part), trace.Text("member", name))
		}
	}
	if broken, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		if errors.Is(err, jsontext.ErrDuplicateName) {
			return wrong(trace.TokenMemberTwice, inPart(part), trace.Number("place", broken.ByteOffset))
		}
		return wrong(trace.TokenJSON, inPart(part), trace.Number("place", broken.ByteOffset))
	}
	return wrong(trace.TokenNoObject, inPart(part))
}

// base64url refuses what would decode, but was not encoded so.
var base64url = base64.RawURLEncoding.Strict()

// decodeBase64 reads base64url without padding, whose unused bits must be zero
// (RFC 7515 section 2, RFC 4648 section 3.5).
func decodeBase64(part, text string) ([]byte, *Fault) {
	if text == "" {
		return nil, wrong(trace.TokenEmptyPart, inPart(part))
	}
	for _, lineBreak := range []byte("\r\n") { // the decoder of the standard library passes over them
		if at := strings.IndexByte(text, lineBreak); at >= 0 {
			return nil, wrong(trace.TokenBase64, inPart(part), trace.Number("place", at+1))
		}
	}
	raw, err := base64url.DecodeString(text)
	if err == nil {
		return raw, nil
	}
	if at, ok := errors.AsType[base64.CorruptInputError](err); ok {
		return nil, wrong(trace.TokenBase64, inPart(part), trace.Number("place", int64(at)+1))
	}
	return nil, wrong(trace.TokenBase64, inPart(part))
}

// twiceButForCase finds a name that differs from another one in case only, so
// that two readers could take different ones for the same (RFC 7515 section 4).
func twiceButForCase(extra map[string]jsontext.Value, known ...string) string {
	if len(extra) == 0 {
		return ""
	}
	seen := make(map[string]bool, len(known)+len(extra))
	for _, name := range known {
		seen[name] = true
	}
	for name := range extra {
		// There and back, so that letters which only one of both changes, as the
		// long s, meet their plain form.
		folded := strings.ToLower(strings.ToUpper(name))
		if seen[folded] {
			return name
		}
		seen[folded] = true
	}
	return ""
}

func tooDeep(raw []byte) bool {
	if bytes.Count(raw, []byte("{"))+bytes.Count(raw, []byte("[")) <= maxDepth {
		return false
	}
	depth, inText := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// Fault is what is wrong with a token, as facts for the step that refuses it.
type Fault struct {
	Why trace.Why
	Saw []trace.Fact
}

// Error is the code of the reason.
func (f *Fault) Error() string { return string(f.Why) }

func wrong(why trace.Why, saw ...trace.Fact) *Fault { return &Fault{why, saw} }

func inPart(part string) trace.Fact { return trace.Text("part", part) }
