package trace

import "strings"

// parentOf is the one traceparent that a request brought, if it is one (W3C Trace Context, section 3.2): the request is
// a part of something that another program traces. It is noted, and nothing goes by it.
func parentOf(brought []string) string {
	if len(brought) != 1 {
		return ""
	}
	version, rest, _ := strings.Cut(brought[0], "-")
	trace, rest, _ := strings.Cut(rest, "-")
	parent, rest, _ := strings.Cut(rest, "-")
	flags, more, longer := strings.Cut(rest, "-")
	if version == "00" && longer || version == "ff" || len(more) > maxFact {
		return ""
	}
	for _, field := range []struct {
		text  string
		bytes int
	}{{version, 1}, {trace, 16}, {parent, 8}, {flags, 1}} {
		if len(field.text) != 2*field.bytes || strings.Trim(field.text, "0123456789abcdef") != "" {
			return ""
		}
	}
	if strings.Trim(trace, "0") == "" || strings.Trim(parent, "0") == "" {
		return ""
	}
	return strings.Join([]string{version, trace, parent, flags}, "-")
}
