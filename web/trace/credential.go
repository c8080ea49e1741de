package trace

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// Credential is what a request carried to be authorized, cut down to what may
// be shown.
type Credential struct {
	Kind  string `json:"kind"`  // "cookie" or "bearer"
	Name  string `json:"name"`  // of the cookie or the header
	Shown string `json:"shown"` // see ShowID and ShowJWT
	Bytes int    `json:"bytes"` // its whole length
}

// JWT returns header and payload as they stand in a token, if it is one. Its signature
// is cut short, so what is shown opens nothing.
func (c *Credential) JWT() (header, payload string, ok bool) {
	if c == nil || c.Kind != "bearer" {
		return "", "", false
	}
	parts := strings.Split(c.Shown, ".")
	if len(parts) != 3 {
		return "", "", false
	}
	return parts[0], parts[1], true
}

// Claims decodes the payload of a token, and reports whether it is one that can be
// decoded. Nobody vouches for what it says.
func (c *Credential) Claims(into any) bool {
	_, payload, ok := c.JWT()
	if !ok {
		return false
	}
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	return err == nil && json.Unmarshal(raw, into) == nil
}
