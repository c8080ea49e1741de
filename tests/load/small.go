package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/url"
	"os"
	"runtime"
	"strings"
	"time"
)

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func unzip(packed []byte) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}

// against resolves a reference as a browser does.
func against(from, reference string) string {
	base, err := url.Parse(from)
	if err != nil {
		return reference
	}
	to, err := base.Parse(reference)
	if err != nil {
		return reference
	}
	return to.Path
}

// loadAverage tells how busy the machine was: one, five and fifteen minutes.
func loadAverage() string {
	text, _ := os.ReadFile("/proc/loadavg")
	fields := strings.Fields(string(text))
	return strings.Join(fields[:min(3, len(fields))], " ")
}

// machine is what this runs on, in a few words.
func machine() string {
	model := "unknown processor"
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, found := strings.CutPrefix(line, "model name"); found {
			model = strings.TrimLeft(strings.TrimSpace(name), ": ")
			break
		}
	}
	return fmt.Sprintf("%s, %d processors (%s), load average before: %s", runtime.Version(), runtime.NumCPU(), model, loadAverage())
}
