// Package relay is what the front and a server behind it say to each other: the
// orders that a server gets, how a request is passed on, and what comes back with
// the answer. None of it comes from a visitor or reaches one.
package relay

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"twodoors/web/door"
	"twodoors/web/trace"
)

// Headers between front and server. The front removes them from what visitors
// send, and from what they get.
const (
	passageHeader  = "Two-Doors-Passage"  // on the request
	traceHeader    = "Two-Doors-Trace"    // on the answer
	sessionsHeader = "Two-Doors-Sessions" // on the answer
)

// Headers are those that only front and server may send each other.
var Headers = [...]string{passageHeader, traceHeader, sessionsHeader}

// Passage is what the front tells a server about a request.
type Passage struct {
	Secret  string
	TraceID string
	Arrival door.Arrival
	BeginBy int64 // in milliseconds since 1970: a server that hung and comes to it later leaves it, as it may have been given up
}

// Send puts a passage on a request, in place of whatever a visitor put there.
func (p Passage) Send(header http.Header) {
	scheme := "http"
	if p.Arrival.Secure {
		scheme = "https"
	}
	header[passageHeader] = []string{p.Secret + " " + p.TraceID + " " + scheme + " " + p.Arrival.Address + " seat=" + p.Arrival.Seat + " " + strconv.FormatInt(p.BeginBy, 10)}
}

// Receive takes the passage off a request. It fails for a request that does not
// come from the front with this secret.
func Receive(header http.Header, secret string) (Passage, error) {
	values := header[passageHeader]
	delete(header, passageHeader)
	if len(values) != 1 {
		return Passage{}, fmt.Errorf("no passage")
	}
	fields := strings.Split(values[0], " ")
	if len(fields) != 6 || subtle.ConstantTimeCompare([]byte(fields[0]), []byte(secret)) != 1 {
		return Passage{}, fmt.Errorf("a passage that is not the front's")
	}
	beginBy, err := strconv.ParseInt(fields[5], 10, 64)
	if err != nil {
		return Passage{}, fmt.Errorf("a passage without a time")
	}
	return Passage{
		Secret: secret, TraceID: fields[1], BeginBy: beginBy,
		Arrival: door.Arrival{Secure: fields[2] == "https", Address: fields[3], Seat: strings.TrimPrefix(fields[4], "seat=")},
	}, nil
}

// Strip removes all that only front and server may say to each other.
func Strip(header http.Header) {
	for _, name := range Headers {
		delete(header, name)
	}
}

// Report puts a server's trace on its answer.
func Report(header http.Header, t *trace.Trace, sessions int) {
	header[traceHeader] = []string{t.Report()}
	header[sessionsHeader] = []string{strconv.Itoa(sessions)}
}

// Collect takes a server's trace off its answer, into the front's trace of the
// same request: behind the steps that the front has recorded.
func Collect(header http.Header, into *trace.Trace) (sessions int, err error) {
	defer Strip(header)
	values := header[traceHeader]
	if len(values) != 1 {
		return 0, fmt.Errorf("an answer without a trace")
	}
	if err := into.Take(values[0]); err != nil {
		return 0, fmt.Errorf("read the server's trace: %w", err)
	}
	return strconv.Atoi(header.Get(sessionsHeader))
}
