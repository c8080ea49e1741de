package redisio

import (
	"errors"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Fault is why a Redis is of no use now.
type Fault struct {
	Words   string // end a sentence that begins with Redis, as "does not answer"
	Refuses bool   // it answered, with an error
	Passing bool   // trying again in a moment may help, and nobody has to change anything

	cause string
}

func (f *Fault) Error() string { return "Redis " + f.Words + ": " + f.cause }

// refusals are the errors that Redis answers with, by their first word.
var refusals = map[string]Fault{
	"NOAUTH":      {Words: "asks for a password, and Two Doors was given none"},
	"WRONGPASS":   {Words: "refuses the password that Two Doors was given"},
	"NOPERM":      {Words: "does not permit this user to keep sessions"},
	"WRONGTYPE":   {Words: "keeps something else under the session's key"},
	"READONLY":    {Words: "is a replica, which takes no changes"},
	"MISCONF":     {Words: "takes no changes, as it cannot save them to its disk"},
	"OOM":         {Words: "takes no changes, as its memory is full"},
	"LOADING":     {Words: "is still loading its data", Passing: true},
	"BUSY":        {Words: "is busy with a script", Passing: true},
	"TRYAGAIN":    {Words: "asks to be asked again", Passing: true},
	"MASTERDOWN":  {Words: "is a replica that has lost its master", Passing: true},
	"CLUSTERDOWN": {Words: "belongs to a cluster that is down", Passing: true},
}

// Explain turns an error of the client into a *Fault. That a key is not there is no
// fault, and stays redis.Nil.
func (c *Client) Explain(err error) error {
	if err == nil || errors.Is(err, redis.Nil) {
		return err
	}
	reply, ok := errors.AsType[redis.Error](err)
	if !ok {
		return &Fault{Words: "does not answer", Passing: true, cause: c.withoutSecrets(err.Error())}
	}
	code, text, _ := strings.Cut(reply.Error(), " ")
	fault, known := refusals[code]
	switch {
	case known:
	case strings.HasPrefix(text, "max number of clients"):
		fault = Fault{Words: "takes no more connections", Passing: true}
	case strings.HasPrefix(text, "DB index"):
		fault = Fault{Words: "has no database of that number"}
	default:
		fault = Fault{Words: "answers with an error"}
	}
	fault.Refuses, fault.cause = true, c.withoutSecrets(reply.Error())
	return &fault
}

// withoutSecrets is what the log may have of an error: a Redis that does not know a
// command repeats its arguments, and those of AUTH are the password.
func (c *Client) withoutSecrets(text string) string {
	text, _, _ = strings.Cut(text, ", with args")
	if c.password != "" {
		text = strings.ReplaceAll(text, c.password, "…")
	}
	return text
}
