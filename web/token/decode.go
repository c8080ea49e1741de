package token

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
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
// be spelled in many ways: only what everybody reads alike is read. Its errors
// name the part and the place, never the content.
func Decode(text string) (*Token, error) { return decode(text, nil) }

// decode is Decode for who has read some headers before, by their text: all
// tokens that one key of ours signed have the same.
func decode(text string, known map[string]Header) (*Token, error) {
	dot1 := strings.IndexByte(text, '.')
	dot2 := strings.LastIndexByte(text, '.')
	if dot1 < 0 || dot1 == dot2 || strings.IndexByte(text[dot1+1:dot2], '.') >= 0 {
		return nil, fmt.Errorf("not three parts with two periods between, but %d", strings.Count(text, ".")+1)
	}
	t := &Token{Signed: text[:dot2]}
	if header, ok := known[text[:dot1]]; ok {
		t.Header = header
	} else if err := decodeJSON("header", text[:dot1], &t.Header); err != nil {
		return nil, err
	}
	if err := decodeJSON("payload", text[dot1+1:dot2], &t.Claims); err != nil {
		return nil, err
	}
	if name := twiceButForCase(t.Header.Extra, "alg", "typ", "kid"); name != "" {
		return nil, errors.New("header: a member stands twice, differing in case")
	}
	if name := twiceButForCase(t.Claims.Extra, claimNames...); name != "" {
		return nil, errors.New("payload: a member stands twice, differing in case")
	}
	var err error
	t.Signature, err = decodeBase64("signature", text[dot2+1:])
	return t, err
}

func decodeJSON(part, text string, into any) error {
	raw, err := decodeBase64(part, text)
	if err != nil {
		return err
	}
	if len(raw) == 0 || raw[0] != '{' {
		return errors.New(part + ": not a JSON object")
	}
	if tooDeep(raw) {
		return fmt.Errorf("%s: JSON deeper than %d", part, maxDepth)
	}
	err = json.Unmarshal(raw, into)
	if err == nil {
		return nil
	}
	if wrong, ok := errors.AsType[*json.SemanticError](err); ok {
		if name := strings.TrimPrefix(string(wrong.JSONPointer), "/"); len(name) < 12 {
			return fmt.Errorf("%s: %s has the wrong type", part, name)
		}
	}
	if broken, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		if errors.Is(err, jsontext.ErrDuplicateName) {
			return fmt.Errorf("%s: a member stands twice, at byte %d", part, broken.ByteOffset)
		}
		return fmt.Errorf("%s: not JSON from byte %d on", part, broken.ByteOffset)
	}
	return errors.New(part + ": not a JSON object")
}

// base64url refuses what would decode, but was not encoded so.
var base64url = base64.RawURLEncoding.Strict()

// decodeBase64 reads base64url without padding, whose unused bits must be zero
// (RFC 7515 section 2, RFC 4648 section 3.5).
func decodeBase64(part, text string) ([]byte, error) {
	if text == "" {
		return nil, errors.New(part + ": empty")
	}
	for _, lineBreak := range []byte("\r\n") { // the decoder of the standard library passes over them
		if at := strings.IndexByte(text, lineBreak); at >= 0 {
			return nil, fmt.Errorf("%s: character %d is not of base64url", part, at+1)
		}
	}
	raw, err := base64url.DecodeString(text)
	if err == nil {
		return raw, nil
	}
	if at, ok := errors.AsType[base64.CorruptInputError](err); ok {
		return nil, fmt.Errorf("%s: character %d is not of base64url, or has bits that nothing uses", part, int64(at)+1)
	}
	return raw, err
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
