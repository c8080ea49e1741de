package inspect

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// paste is what somebody pasted: a token, and what came along with it.
type paste struct {
	text   string
	starts []int // where a text stands that is the header of a token, with a period behind it
}

// unwrap returns the token in what was pasted, and tells what it leaves out. A text in
// which no header of a token can be found is taken as it stands.
func (i *inspection) unwrap(text string) string {
	bare := i.withoutInvisible(plain(text))
	if trimmed := strings.TrimSpace(bare); trimmed != bare {
		bare = trimmed
		i.find("surroundings", "white space")
	}
	if isSerialized(bare) {
		return bare
	}
	p := paste{bare, headers(bare)}
	if len(p.starts) == 0 {
		if decoded, ok := percentDecoded(bare); ok {
			i.find("percent-encoded")
			p = paste{decoded, headers(decoded)}
		}
	}
	if len(p.starts) == 0 {
		return i.withoutWords(p.text)
	}
	begins, ends := p.extent()
	i.tellSurroundings(p.text[:begins], p.text[ends:])
	i.tellOthers(p, begins, ends)
	return shellLineEnd.ReplaceAllString(p.text[begins:ends], "\n")
}

// withoutInvisible leaves out what nobody sees: byte order marks, soft hyphens, spaces
// of no width.
func (i *inspection) withoutInvisible(text string) string {
	at := strings.IndexFunc(text, invisible)
	if at < 0 {
		return text
	}
	seen, _ := utf8.DecodeRuneInString(text[at:])
	i.find("invisible", utf8.RuneCountInString(text[:at])+1, codePoint(seen))
	return strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return r
	}, text)
}

// invisible reports whether a character only steers how others are shown.
func invisible(r rune) bool {
	return r > unicode.MaxASCII && unicode.In(r, unicode.Cf, unicode.Variation_Selector)
}

// percentDecoded reads the spelling that addresses have for a period.
func percentDecoded(text string) (string, bool) {
	if !strings.Contains(text, "%2E") && !strings.Contains(text, "%2e") {
		return text, false
	}
	decoded, err := url.PathUnescape(text)
	return decoded, err == nil
}

var (
	// words that stand before a token in a header, and are no part of it
	schemes      = `(?i:(?:proxy-)?authorization|bearer|jwt|token|dpop)`
	leadingWords = regexp.MustCompile(`^(?:` + schemes + `(?:\s*:\s*|\s+))+`)
	onlyWords    = regexp.MustCompile(`^(?:` + schemes + `[\s:]*)*$`)
	opening      = regexp.MustCompile(`[\x60"'“”„‘’«](?:` + schemes + `|[\s:])*$`)
	named        = regexp.MustCompile(`([A-Za-z_][\w-]*)\\?["']?\s*[:=]\s*\\?["']?(?:` + schemes + `\s+)*$`)
	shellLineEnd = regexp.MustCompile(`[\\^\x60]\r?\n`)
)

const (
	quotes     = "\"'`“”„‘’«»"
	delimiters = quotes + "<>(){}[];,&#|\\"
)

// withoutWords takes off words and quotes around what may be a token.
func (i *inspection) withoutWords(text string) string {
	if found := leadingWords.FindString(text); found != "" {
		text = text[len(found):]
		i.find("surroundings", quoted(strings.TrimSpace(found)))
	}
	if inside := strings.Trim(text, quotes+"<>,;"); inside != text && inside != "" {
		text = inside
		i.find("surroundings", "quoting")
	}
	return text
}

// headers finds the texts that are base64url of a JSON object with an algorithm in it,
// with a period behind it. One behind a tilde belongs to the token before it.
func headers(text string) (starts []int) {
	for begins := 0; begins < len(text) && len(starts) < maxTokens; begins++ {
		if foreign(rune(text[begins])) {
			continue
		}
		ends := begins
		for ends < len(text) && !foreign(rune(text[ends])) {
			ends++
		}
		if ends < len(text) && text[ends] == '.' && (begins == 0 || text[begins-1] != '~' && text[begins-1] != '.') && isHeader(text[begins:ends]) {
			starts = append(starts, begins)
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
	if quote := opening.FindString(p.text[:begins]); quote != "" {
		if end := strings.IndexAny(rest, closing(quote)); end >= 0 {
			return begins, begins + len(strings.TrimRight(rest[:end], `\`))
		}
	}
	alone := onlyWords.MatchString(p.text[:begins])
	so := progressOf(rest)
	for n, c := range rest {
		switch {
		case unicode.IsSpace(c) && (so.complete() || !goesOn(rest[n:])):
			return begins, begins + n
		case strings.ContainsRune(delimiters, c) && (!alone || so.complete()) && !shellLineEnd.MatchString(rest[n:min(n+3, len(rest))]):
			return begins, begins + n
		}
		so.read(c)
	}
	return begins, begins + len(strings.TrimRight(rest, quotes+"<>,;"))
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
	parts, last int // parts begun, and characters of the last one
	least       int // characters of a signature; 0 when the key decides
	ended       bool
}

// progressOf begins to read a token whose header is whole.
func progressOf(text string) *progress {
	header, _, _ := strings.Cut(text, ".")
	raw, _ := spell(header)
	so := &progress{parts: 1, least: 1}
	if alg := algorithmNamed(readObject(raw).text("alg")); alg != nil {
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
var signatureSizes = []int{342, 512, 683, 1366}

// complete reports whether all parts are there, and a signature as long as the algorithm
// makes it.
func (so *progress) complete() bool {
	switch {
	case so.parts == len(jweParts):
		return so.last > 0
	case so.parts != len(jwsParts):
		return false
	case so.least == 0:
		return slices.Contains(signatureSizes, so.last)
	}
	return so.last >= so.least
}

func (i *inspection) tellSurroundings(before, behind string) {
	var left []string
	for _, each := range []struct{ text, where string }{{before, " before it"}, {behind, " behind it"}} {
		if strings.TrimSpace(each.text) != "" {
			left = append(left, quoted(strings.TrimSpace(each.text))+each.where)
		}
	}
	if len(left) > 0 {
		i.find("surroundings", strings.Join(left, " and "))
	}
}

// tellOthers says how many tokens there are, by their names where they have some.
func (i *inspection) tellOthers(p paste, begins, ends int) {
	var names []string
	count := 0
	for _, start := range p.starts {
		if start != begins && start < ends {
			continue
		}
		count++
		if name := named.FindStringSubmatch(p.text[max(0, start-80):start]); name != nil {
			names = append(names, name[1])
		}
	}
	switch {
	case count < 2:
	case len(names) == count:
		i.find("several-tokens", count, ": "+strings.Join(names[:min(count, 5)], ", "))
	default:
		i.find("several-tokens", count, "")
	}
}
