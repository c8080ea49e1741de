package front

import (
	"errors"
	"io"
	"net/http"

	"twodoors/web/request"
	"twodoors/web/response"
	"twodoors/web/trace"
)

// readBody reads all of a body before a server is bothered with it. There is
// little of it, and a visitor who sends it slowly keeps nobody waiting.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength == 0 {
		return nil, nil
	}
	if r.ContentLength > request.MaxBody {
		return nil, errTooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, request.MaxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, errTooLarge
	}
	if err != nil {
		return nil, errNotWhole
	}
	return body, nil
}

var (
	errTooLarge = errors.New("a body larger than 64 KiB")
	errNotWhole = errors.New("a body that did not arrive whole")
)

// bodyFault says why a body was not read.
func bodyFault(err error) trace.Why {
	if err == errTooLarge {
		return trace.BodyTooLarge
	}
	return trace.BodyIncomplete
}

// refuseBody answers a request whose body no server gets. What is left of it is not
// read: the connection ends.
func refuseBody(w http.ResponseWriter, err error) {
	w.Header().Set("Connection", "close")
	problem := response.Problem{Status: http.StatusBadRequest, Detail: "The body did not arrive whole. Send it again."}
	if err == errTooLarge {
		problem = response.Problem{Status: http.StatusRequestEntityTooLarge, Detail: "The body is larger than 64 KiB. Send less."}
	}
	response.Refuse(w, problem)
}
