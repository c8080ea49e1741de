package layout

import (
	"strconv"
	"time"
)

// Clock is the time of day on this machine, which is mostly the visitor's own.
func Clock(t time.Time) string { return t.Local().Format("15:04:05") }

// Stamp is a moment as scripts read it.
func Stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// Coordinate is a place in a picture.
func Coordinate(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// JWTColour is the colour of a part of a token, by its place in it.
func JWTColour(n int) string {
	return []string{"jwt-header", "jwt-payload", "jwt-signature"}[min(n, 2)]
}
