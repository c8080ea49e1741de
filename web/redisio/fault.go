package redisio

import (
	"crypto/tls"
	"errors"
	"net"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Fault is why a Redis is of no use now.
type Fault struct {
	Code    string // the first word of what it answered, as "NOAUTH"; one of ours where that says too little
	Refuses bool   // it answered, with an error
	Passing bool   // trying again in a moment may help, and nobody has to change anything

	cause string
}

func (f *Fault) Error() string { return "Redis, " + f.Code + ": " + f.cause }

// Silent is the code of a Redis that does not answer.
const Silent = "SILENT"

// refusals are the errors that Redis answers with, by their first word.
var refusals = map[string]Fault{
	"NOAUTH":      {},
	"WRONGPASS":   {},
	"NOPERM":      {},
	"WRONGTYPE":   {},
	"READONLY":    {},
	"MISCONF":     {},
	"OOM":         {},
	"NOREPLICAS":  {Passing: true},
	"LOADING":     {Passing: true},
	"BUSY":        {Passing: true},
	"TRYAGAIN":    {Passing: true},
	"MASTERDOWN":  {Passing: true},
	"CLUSTERDOWN": {Passing: true},
}

// Explain turns an error of the client into a *Fault. That a key is not there is no
// fault, and stays redis.Nil.
func (c *Client) Explain(err error) error {
	if err == nil || errors.Is(err, redis.Nil) {
		return err
	}
	if fault, ok := errors.AsType[*Fault](err); ok { // Sentinel did not name a leader
		return &Fault{fault.Code, fault.Refuses, fault.Passing, c.withoutSecrets(fault.cause)}
	}
	reply, ok := errors.AsType[redis.Error](err)
	if !ok {
		return c.unanswered(err)
	}
	code, text, _ := strings.Cut(reply.Error(), " ")
	fault, known := refusals[code]
	switch {
	case known:
	case strings.HasPrefix(text, "max number of clients"):
		fault, code = Fault{Passing: true}, "MAXCLIENTS"
	case strings.HasPrefix(text, "DB index"):
		fault, code = Fault{}, "NODB"
	default:
		code = "ERR"
	}
	if code == "READONLY" && c.leader != nil {
		fault.Passing = true // it was the leader a moment ago
	}
	fault.Code, fault.Refuses, fault.cause = code, true, c.withoutSecrets(reply.Error())
	return &fault
}

// unanswered tells a Redis with which no encrypted connection can be made from one that is
// silent.
func (c *Client) unanswered(err error) *Fault {
	cause := c.withoutSecrets(err.Error())
	if _, unverified := errors.AsType[*tls.CertificateVerificationError](err); unverified {
		return &Fault{Code: "CERTIFICATE", Refuses: true, cause: cause}
	}
	_, plain := errors.AsType[tls.RecordHeaderError](err)
	network, ok := errors.AsType[*net.OpError](err)
	if plain || ok && network.Op == "remote error" { // an alert of TLS
		return &Fault{Code: "TLS", Refuses: true, cause: cause}
	}
	return &Fault{Code: Silent, Passing: true, cause: cause}
}

// withoutSecrets is what the log may have of an error: a Redis that does not know a
// command repeats its arguments, and those of AUTH are the password.
func (c *Client) withoutSecrets(text string) string {
	text, _, _ = strings.Cut(text, ", with args")
	for _, secret := range c.secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "…")
		}
	}
	return text
}
