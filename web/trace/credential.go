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

// JWT returns header, payload and signature as they stand in a token, nil when it is none.
// The signature is cut short, so what is shown opens nothing.
func (c *Credential) JWT() []string {
	if c == nil || c.Kind != "bearer" {
		return nil
	}
	parts := strings.Split(c.Shown, ".")
	if len(parts) != 3 {
		return nil
	}
	return parts
}

// Claims decodes the payload of a token, and reports whether it is one that can be
// decoded. Nobody vouches for what it says.
func (c *Credential) Claims(into any) bool {
	parts := c.JWT()
	if parts == nil {
		return false
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	return err == nil && json.Unmarshal(raw, into) == nil
}

// InBody reports whether the credential came in the request's body: a refresh token may.
func (c *Credential) InBody() bool { return c.Kind == "refresh" && c.Name == "refresh_token" }
