package lab

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/golang-jwt/jwt/v5"
)

// Record is what a seat did in a lab, from its beginning to its last task.
type Record struct {
	Format   int       `json:"format"`  // of the record: RecordFormat
	Version  string    `json:"version"` // of Two Doors
	Lab      string    `json:"lab"`
	Question string    `json:"question"`
	Seat     string    `json:"seat"` // its name, which does not open it
	Begun    time.Time `json:"begun"`
	Finished time.Time `json:"finished"`
	Tasks    []Done    `json:"tasks"`
	History  History   `json:"history"` // all that the checks went by
}

// RecordFormat is that of the records of this program. Since 2 a record keeps facts, so
// that it can be checked again whatever the words on the pages are. Since 3 it names rooms.
// Since 4 it says of each task how long it took, which hints were opened, and what was predicted.
const RecordFormat = 4

// Done is one task of a record.
type Done struct {
	Title string `json:"title"`
	Tick
	Took      int    `json:"took"`      // seconds since the task before was done, or since the lab began
	Hints     int    `json:"hints"`     // that were opened before it was done
	Predicted string `json:"predicted"` // the name of an answer, empty when nothing was predicted
}

// took is how many seconds a task took. Two requests that end at once are noted in either order.
func took(before, at time.Time) int { return max(0, int(at.Sub(before).Round(time.Second).Seconds())) }

// signed is a record as a file: a JWS with its payload beside it (RFC 7515,
// appendix F). What is signed is the canonical form of the record (RFC 8785), so a
// reformatted file is still valid.
//
// The key beside it says who signed, to those who know whose key it is. It proves nothing else: anybody can sign with
// another key and add that.
type signed struct {
	Record    jsontext.Value `json:"record"`
	Key       string         `json:"key"`       // Ed25519, base64url
	Signature string         `json:"signature"` // header..signature
}

// header is that of every record's signature: {"alg":"EdDSA","typ":"lab-record"}.
var header = base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"EdDSA","typ":"lab-record"}`))

// RecordKey makes the key that signs records from a secret of 32 bytes.
func RecordKey(secret []byte) ed25519.PrivateKey { return ed25519.NewKeyFromSeed(secret) }

// WriteKey writes the public half of such a key as text, and ReadKey reads it; its error is a sentence.
func WriteKey(key ed25519.PublicKey) string { return base64.RawURLEncoding.EncodeToString(key) }

// ReadKey is the counterpart of WriteKey.
func ReadKey(text string) (ed25519.PublicKey, error) {
	key, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, errors.New("a record key has 43 characters, as lab check prints it")
	}
	return key, nil
}

// NewRecord returns the record of a finished lab.
func NewRecord(version, seat string, l *Lab, p *Progress) Record {
	r := Record{Format: RecordFormat, Version: version, Lab: l.Name, Question: l.Question, Seat: seat, Begun: p.Begun, Finished: p.Finished, History: p.History}
	before := p.Begun
	for i, tick := range p.Ticks {
		r.Tasks = append(r.Tasks, Done{l.Tasks[i].Title, tick, took(before, tick.At), p.HintsOpened(i), p.Predicted(i)})
		before = tick.At
	}
	return r
}

// Sign writes the record as a file.
func (r Record) Sign(key ed25519.PrivateKey) ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	file := signed{Record: text, Key: WriteKey(key.Public().(ed25519.PublicKey))}
	input, err := signingInput(file.Record)
	if err != nil {
		return nil, err
	}
	signature, err := jwt.SigningMethodEdDSA.Sign(input, key)
	if err != nil {
		return nil, err
	}
	file.Signature = header + ".." + base64.RawURLEncoding.EncodeToString(signature)
	return json.Marshal(file, jsontext.WithIndent("  "))
}

// Errors of CheckRecord, each a sentence for the person who checks.
var (
	ErrNoRecord     = errors.New("this is not a lab record: it must be the JSON file downloaded from a finished lab")
	ErrWrongRecord  = errors.New("the signature is invalid: the record was changed, or another site signed it")
	ErrUnfinished   = errors.New("the record's requests do not complete every task")
	ErrWrongClaims  = errors.New("the signature is valid, but what the record says of a task does not follow from its requests")
	ErrOlderRecord  = errors.New("the signature is valid, but another version of Two Doors made the record: finish the lab again to get one that can be checked")
	ErrNoSuchRecord = errors.New("the record is from a lab that this version does not have")
)

// CheckRecord verifies the signature of a record's file, and then does what the site did: it looks in the history for
// what shows that each task was done, for how long that took, and for what came true of the predictions.
func CheckRecord(file []byte, key ed25519.PublicKey, labs []*Lab) (Record, error) {
	var s signed
	var r Record
	if json.Unmarshal(file, &s) != nil || len(s.Record) == 0 {
		return r, ErrNoRecord
	}
	if err := s.verify(key); err != nil {
		return r, err
	}
	if err := json.Unmarshal(s.Record, &r); err != nil {
		return r, ErrNoRecord
	}
	if r.Format != RecordFormat {
		return r, ErrOlderRecord
	}
	return r, r.Check(labs)
}

// Check does what the site did: it is nil when all that the record says follows from its history.
func (r Record) Check(labs []*Lab) error {
	for _, l := range labs {
		if l.Name == r.Lab {
			if err := l.replay(r.History); err != nil {
				return err
			}
			return r.claims(l)
		}
	}
	return ErrNoSuchRecord
}

// SignedBy returns the key beside a record when that key signed it: nobody has changed the file since.
func SignedBy(file []byte) (key ed25519.PublicKey, whole bool) {
	var s signed
	if json.Unmarshal(file, &s) != nil || len(s.Record) == 0 {
		return nil, false
	}
	key, err := ReadKey(s.Key)
	return key, err == nil && s.verify(key) == nil
}

func (s signed) verify(key ed25519.PublicKey) error {
	input, err := signingInput(s.Record)
	if err != nil {
		return ErrNoRecord
	}
	signature, ok := strings.CutPrefix(s.Signature, header+"..")
	raw, err := base64.RawURLEncoding.Strict().DecodeString(signature)
	if !ok || err != nil || jwt.SigningMethodEdDSA.Verify(input, raw, key) != nil {
		return ErrWrongRecord
	}
	return nil
}

func (l *Lab) replay(h History) error {
	again := begin(time.Time{})
	for _, s := range h {
		again.add(l, s)
	}
	if undone := len(l.Tasks) - len(again.Ticks); undone > 0 {
		return fmt.Errorf("%w: %d of %d", ErrUnfinished, undone, len(l.Tasks))
	}
	return nil
}

// claims fails unless all that the record says of its tasks follows from its history.
func (r Record) claims(l *Lab) error {
	if len(r.Tasks) != len(l.Tasks) {
		return fmt.Errorf("%w: it has %d tasks of %d", ErrWrongClaims, len(r.Tasks), len(l.Tasks))
	}
	before := r.Begun
	for i, done := range r.Tasks {
		if what := done.wrong(l.Tasks[i], r.History, before); what != "" {
			return fmt.Errorf("%w: task %d, %s", ErrWrongClaims, i+1, what)
		}
		before = done.At
	}
	if !r.Finished.Equal(before) {
		return fmt.Errorf("%w: the time when the lab was finished", ErrWrongClaims)
	}
	return nil
}

// wrong names what of a task does not follow from a history, empty when all does.
func (d Done) wrong(task Task, h History, before time.Time) string {
	shown := h.with(d.Traces)
	_, there := h.First(func(s Seen) bool { return s.At.Equal(d.At) })
	switch {
	case len(shown) == 0 || !there:
		return "when it was done"
	case d.Outcome != task.outcome(shown):
		return "the outcome"
	case d.Took != took(before, d.At):
		return "how long it took"
	case d.Hints < 0 || d.Hints > len(task.Hints):
		return "the hints"
	case d.Predicted != "" && (task.Predict == nil || task.Predict.Says(d.Predicted) == ""):
		return "the prediction"
	}
	return ""
}

// signingInput is what the signature is of (RFC 7515, section 5.1).
func signingInput(record jsontext.Value) (string, error) {
	canonical := record.Clone()
	if err := canonical.Canonicalize(); err != nil {
		return "", err
	}
	return header + "." + base64.RawURLEncoding.EncodeToString(canonical), nil
}
