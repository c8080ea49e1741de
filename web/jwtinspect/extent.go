package jwtinspect

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// headers finds the texts that are base64url of a JSON object with an algorithm in it,
// with a period behind it. What stands behind one up to the next foreign character belongs to
// it.
func headers(text string) (starts []int) {
	for begins := 0; begins < len(text) && len(starts) < maxTokens; begins++ {
		if foreign(rune(text[begins])) {
			continue
		}
		ends := begins
		for ends < len(text) && !foreign(rune(text[ends])) {
			ends++
		}
		if ends < len(text) && text[ends] == '.' && isHeader(text[begins:ends]) {
			starts = append(starts, begins)
			for ends < len(text) && inToken(rune(text[ends])) {
				ends++
			}
		}
		begins = ends
	}
	return starts
}

// maxTokens bounds how many are looked for.
const maxTokens = 50

func isHeader(text string) bool {
	raw, _ := spell(text)
	o := readObject(raw)
	return o.has("alg") || o.has("enc")
}

// extent is where the first token begins and ends. One in quotes ends with them. Else it
// ends at what no token has, or at white space behind which it does not go on.
func (p paste) extent() (begins, ends int) {
	begins = p.starts[0]
	rest := p.text[begins:]
	if len(p.starts) > 1 {
		rest = p.text[begins:p.starts[1]]
	}
	if quote := opening().FindString(p.text[:begins]); quote != "" {
		if end := strings.IndexAny(rest, closing(quote)); end >= 0 {
			rest = rest[:end]
		}
	}
	alone := onlyWords().MatchString(p.text[:begins])
	so := progressOf(rest)
	for n, c := range rest {
		ends := false
		switch complete := so.complete(); {
		case unicode.IsSpace(c):
			ends = complete || !goesOn(rest[n:])
		case continues(rest[n:]):
		case alone: // what is attached to a token that stands alone may as well belong to it
			ends = complete && strings.ContainsRune(separators, c)
		default:
			ends = !inToken(c) || c == '.' && complete && endsWith(rest[n+1:])
		}
		if ends {
			return begins, begins + n
		}
		so.read(c)
	}
	return begins, begins + len(strings.TrimRight(rest, quotes+"<>,;"))
}

// continues reports whether a line of a shell ends here and goes on in the next.
func continues(rest string) bool {
	return rest != "" && strings.IndexByte("\\^`", rest[0]) >= 0 && (strings.HasPrefix(rest[1:], "\n") || strings.HasPrefix(rest[1:], "\r\n"))
}

// separators stand between a token and what is no part of it.
const separators = quotes + "<>(){}[];,&#|\\"

// endsWith reports whether a sentence ends here, and not a part of a token.
func endsWith(rest string) bool {
	next, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || !inToken(next)
}

// closing are the characters that close a quotation.
func closing(opened string) string {
	first, _ := utf8.DecodeRuneInString(opened)
	for _, class := range []string{"\"“”„«»", "'‘’`"} {
		if strings.ContainsRune(class, first) {
			return class
		}
	}
	return quotes
}

// goesOn reports whether what follows white space may be more of a token.
func goesOn(rest string) bool {
	word, _, _ := strings.Cut(strings.TrimLeftFunc(rest[:min(len(rest), maxWord)], unicode.IsSpace), "\n")
	word = strings.TrimRight(strings.TrimSpace(word), quotes+"<>,;\\")
	return word != "" && !strings.ContainsFunc(word, func(r rune) bool {
		return foreign(r) && !strings.ContainsRune(".=+/~ \t", r)
	})
}

// maxWord is how far is looked ahead behind white space.
const maxWord = 256

// progress is how much of a token has been read.
type progress struct {
	want        int // parts of a whole token
	parts, last int // parts begun, and characters of the last one
	least       int // characters of a signature; 0 when the key decides
	ended       bool
}

// progressOf begins to read a token whose header is whole.
func progressOf(text string) *progress {
	header, _, _ := strings.Cut(text, ".")
	raw, _ := spell(header)
	o := readObject(raw)
	so := &progress{want: len(jwsParts), parts: 1, least: 1}
	if o.has("enc") {
		so.want = len(jweParts)
	}
	if alg := algorithmNamed(o.text("alg")); alg != nil {
		so.least = base64url.EncodedLen(alg.size)
	}
	return so
}

func (so *progress) read(c rune) {
	switch {
	case c == '.' && !so.ended:
		so.parts++
		so.last = 0
	case c == '~':
		so.ended = true
	case !so.ended && !unicode.IsSpace(c):
		so.last++
	}
}

// signatureSizes are how many characters signatures with an RSA key have.
var signatureSizes = []int{171, 342, 512, 683, 1366}

// complete reports whether all parts are there, and a signature as long as the algorithm
// makes it.
func (so *progress) complete() bool {
	if so.least == 0 {
		return so.parts == so.want && slices.Contains(signatureSizes, so.last)
	}
	return so.parts == so.want && so.last >= so.least
}
