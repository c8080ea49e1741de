// Package relay is what the front and a server behind it say to each other: how a server
// is configured at its start, how a request is forwarded, and what comes back with the
// answer. None of it comes from a visitor or reaches one.
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
	forwardedHeader = "Two-Doors-Forwarded" // on the request
	traceHeader     = "Two-Doors-Trace"     // on the answer
	sessionsHeader  = "Two-Doors-Sessions"  // on the answer
)

// Headers are those that only front and server may send each other.
var Headers = [...]string{forwardedHeader, traceHeader, sessionsHeader}

// Forwarded is what the front tells a server about a request, in a header that the secret
// authenticates: what a proxy's Forwarded header says (RFC 7239), and more.
type Forwarded struct {
	Secret  string
	TraceID string
	Client  door.Client
	BeginBy int64 // in ms since 1970: a server that hung and comes to it later leaves it, as others may have done it
}

// Send puts the header on a request, in place of whatever a visitor put there.
func (f Forwarded) Send(header http.Header) {
	scheme := "http"
	if f.Client.Secure {
		scheme = "https"
	}
	header[forwardedHeader] = []string{f.Secret + " " + f.TraceID + " " + scheme + " " + f.Client.Address + " seat=" + f.Client.Seat + " " + strconv.FormatInt(f.BeginBy, 10)}
}

// Receive takes the header off a request. It fails for a request that does not
// come from the front with this secret.
func Receive(header http.Header, secret string) (Forwarded, error) {
	values := header[forwardedHeader]
	delete(header, forwardedHeader)
	if len(values) != 1 {
		return Forwarded{}, fmt.Errorf("not forwarded by the front")
	}
	fields := strings.Split(values[0], " ")
	if len(fields) != 6 || subtle.ConstantTimeCompare([]byte(fields[0]), []byte(secret)) != 1 {
		return Forwarded{}, fmt.Errorf("a request that the front did not forward")
	}
	beginBy, err := strconv.ParseInt(fields[5], 10, 64)
	if err != nil {
		return Forwarded{}, fmt.Errorf("a forwarded request without a time")
	}
	return Forwarded{
		Secret: secret, TraceID: fields[1], BeginBy: beginBy,
		Client: door.Client{Secure: fields[2] == "https", Address: fields[3], Seat: strings.TrimPrefix(fields[4], "seat=")},
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
