package trace

import (
	"encoding/binary"
	"net/http"
	"strings"
)

// shownCharacters of a secret are shown. A session id has 43 of six bits each,
// so 222 of its bits stay unknown; a signature of HS256 likewise.
const shownCharacters = 6

// maxShown is how much of a bearer token is shown: no door takes one that long.
const maxShown = 8 << 10

// ShowID returns what may be shown of an opaque credential: its first six
// characters, none when it is too short to be one of ours.
func ShowID(secret string) string {
	if len(secret) < 4*shownCharacters {
		return "…"
	}
	return printable(secret[:shownCharacters]) + "…"
}

// ShowJWT returns what may be shown of a bearer token: when it looks like a JWT
// its header, its payload and six characters of its signature, else as ShowID.
// Whoever sees it cannot use it: the signature is what counts.
func ShowJWT(token string) string {
	if !strings.HasPrefix(token, "eyJ") || strings.Count(token, ".") != 2 {
		return ShowID(token)
	}
	shown := strings.LastIndexByte(token, '.') + 1
	if len(token)-shown >= 4*shownCharacters {
		shown += shownCharacters
	}
	shown = min(shown, maxShown)
	if shown == len(token) {
		return printable(token) // it has no signature, and opens nothing
	}
	return printable(token[:shown]) + "…"
}

func printable(s string) string {
	if plain(s) {
		return s
	}
	return masked(s)
}

// plain reports whether s has only printable ASCII: every trace asks that of a whole
// token. It looks at eight bytes at once: what is under ' ', over '~' or no ASCII
// has its high bit set in one of three sums.
func plain(s string) bool {
	const each, high = 0x0101010101010101, 0x8080808080808080
	for ; len(s) >= 8; s = s[8:] {
		bytes := binary.LittleEndian.Uint64([]byte(s[:8]))
		if (bytes|(bytes-each*' ')|(bytes+each*(0x7f-'~')))&high != 0 {
			return false
		}
	}
	return masked(s) == s
}

func masked(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
}

// RequestBytes is the size of a request as HTTP/1.1 sends it, body included.
func RequestBytes(r *http.Request) int {
	n := len(r.Method) + len(" ") + len(r.RequestURI) + len(" HTTP/1.1\r\n") + len("Host: \r\n") + len(r.Host)
	if r.ContentLength > 0 {
		n += int(r.ContentLength)
	}
	return n + headerBytes(r.Header)
}

// ResponseBytes is the size of an answer as HTTP/1.1 sends it.
func ResponseBytes(status int, header http.Header, body int) int {
	return len("HTTP/1.1 200 \r\n") + len(http.StatusText(status)) + headerBytes(header) + body
}

func headerBytes(header http.Header) int {
	n := len("\r\n")
	for name, values := range header {
		for _, value := range values {
			n += len(name) + len(": ") + len(value) + len("\r\n")
		}
	}
	return n
}
