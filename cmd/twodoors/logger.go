package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"unicode"

	"twodoors/web/trace"
)

// logFlag says how the log is written.
type logFlag struct {
	Log string `default:"text" help:"How the log is written: text, or json with one object per line." env:"TWODOORS_LOG"`
}

// logVariable tells the processes that this one starts.
const logVariable = "TWODOORS_LOG"

// The formats of the log.
const (
	logText = "text"
	logJSON = "json"
)

// checkLog refuses a format that there is not, and else writes the log in it from now on, as do processes that are
// started from now on.
func (f logFlag) checkLog(t terminal) error {
	if f.Log != logText && f.Log != logJSON {
		return fmt.Errorf("--log must be text or json, not %q", f.Log)
	}
	os.Setenv(logVariable, f.Log)
	slog.SetDefault(newLogger(t.log, f.Log))
	return nil
}

// logFormat is the one that the environment asks for.
func logFormat() string { return os.Getenv(logVariable) }

// newLogger writes records of one line each, with times in UTC and, where one is about a request, with the id of its
// trace: its path, which somebody typed, is in no log.
func newLogger(out io.Writer, format string) *slog.Logger {
	if format == logJSON {
		return slog.New(withTrace{slog.NewJSONHandler(out, &slog.HandlerOptions{ReplaceAttr: inert})})
	}
	return slog.New(withTrace{slog.NewTextHandler(out, &slog.HandlerOptions{ReplaceAttr: inUTC})})
}

func inUTC(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		a.Value = slog.TimeValue(a.Value.Time().UTC())
	}
	return a
}

// inert escapes what could move a terminal's cursor or turn its text, as the handler of text does by itself.
func inert(groups []string, a slog.Attr) slog.Attr {
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(printable(a.Value.String()))
	case slog.KindAny:
		if a.Key != slog.LevelKey {
			a.Value = slog.StringValue(printable(fmt.Sprint(a.Value.Any())))
		}
	}
	return inUTC(groups, a)
}

func printable(text string) string {
	if strings.IndexFunc(text, unprintable) < 0 {
		return text
	}
	var safe strings.Builder
	for _, r := range text {
		if unprintable(r) && r != '\n' && r != '\t' { // JSON escapes these two
			fmt.Fprintf(&safe, "\\u%04x", r)
			continue
		}
		safe.WriteRune(r)
	}
	return safe.String()
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// withTrace adds the id of the trace that a record's context records into, and what that is a part of.
type withTrace struct{ slog.Handler }

func (h withTrace) Handle(ctx context.Context, r slog.Record) error {
	if t := trace.From(ctx); t != nil {
		r.AddAttrs(slog.String("trace", t.ID))
		if t.Parent != "" {
			r.AddAttrs(slog.String("traceparent", t.Parent))
		}
	}
	return h.Handler.Handle(ctx, r)
}

func (h withTrace) WithAttrs(attrs []slog.Attr) slog.Handler {
	return withTrace{h.Handler.WithAttrs(attrs)}
}

func (h withTrace) WithGroup(name string) slog.Handler { return withTrace{h.Handler.WithGroup(name)} }
