package main

import (
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// Every flag is in docs/flags.md, with its default.
func TestEveryFlagIsDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/flags.md")
	if err != nil {
		t.Fatal(err)
	}
	parser, err := kong.New(new(commands), values...)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	err = kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		if flag, is := node.(*kong.Flag); is && !flag.Hidden && flag.Name != "help" {
			seen++
			if row := documented(string(text), "--"+flag.Name); row == "" || !strings.Contains(row, flag.Default) {
				t.Errorf("docs/flags.md does not have --%s with its default %q: %s", flag.Name, flag.Default, row)
			}
		}
		return next(nil)
	})
	if err != nil || seen < 40 {
		t.Errorf("%d flags, %v", seen, err)
	}
}

// documented returns the lines that name a flag.
func documented(text, flag string) (lines string) {
	for line := range strings.Lines(text) {
		if strings.Contains(line, "`"+flag+"`") || strings.Contains(line, " "+flag+" ") || strings.Contains(line, "`"+flag+" ") {
			lines += line
		}
	}
	return lines
}
