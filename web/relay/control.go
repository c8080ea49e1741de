package relay

import (
	"bufio"
	"errors"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Line is a line of the control channel between the front and a child: JSON on the
// child's standard input, and on what was its standard output. The child answers each
// line with one of the same number. What else somebody prints there is no line.
type Line struct {
	Number int            `json:"number"` // from 1
	Body   jsontext.Value `json:"body"`
}

// WriteLine writes a line.
func WriteLine(to io.Writer, number int, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	line, err := json.Marshal(Line{number, text})
	if err != nil {
		return err
	}
	_, err = to.Write(append(line, '\n'))
	return err
}

// ReadLine reads the next line. ErrNoLine is for text that is none.
func ReadLine(from *bufio.Reader) (Line, error) {
	text, err := from.ReadBytes('\n')
	if err != nil {
		return Line{}, err
	}
	var line Line
	if json.Unmarshal(text, &line, json.RejectUnknownMembers(true)) != nil || line.Number < 1 {
		return Line{}, ErrNoLine
	}
	return line, nil
}

// ErrNoLine says that something else than a line was read.
var ErrNoLine = errors.New("not a line of the control channel")

// Ready is what a child answers to its start configuration, when it serves.
type Ready struct {
	Address string `json:"address"`        // host and port
	Kind    string `json:"kind,omitempty"` // of a store: which program it is
}
