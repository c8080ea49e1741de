package jwtinspect

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// paste is what somebody pasted: a token, and what came along with it.
type paste struct {
	text   string
	starts []int // where a text stands that is the header of a token, with a period behind it
}

// Find returns the token in what was pasted.
func Find(text string) string { return new(inspection).unwrap(text) }

// unwrap returns the token in what was pasted, and tells what it leaves out. A text in
// which no header of a token can be found is taken as it stands.
func (i *inspection) unwrap(text string) string {
	bare := i.withoutInvisible(withoutColours(plain(text)))
	if trimmed := strings.TrimSpace(bare); trimmed != bare {
		bare = trimmed
		i.find("surroundings", "white space around it")
	}
	if isSerialized(bare) {
		return bare
	}
	if unquoted := quotedLine().ReplaceAllString(bare, ""); unquoted != bare {
		bare = unquoted
		i.find("surroundings", quoted(">")+" before each line")
	}
	bare = i.uncover(bare)
	p := paste{bare, headers(bare)}
	if len(p.starts) == 0 {
		return i.withoutWords(p.text)
	}
	begins, ends := p.extent()
	i.tellSurroundings(p.text[:begins], p.text[ends:])
	i.tellOthers(p, begins, ends)
	return abbreviated(shellLineEnd().ReplaceAllString(p.text[begins:ends], "\n"))
}

// abbreviated takes three periods at the end for what they mean: that there was more.
func abbreviated(text string) string {
	if whole, dotted := strings.CutSuffix(text, "..."); dotted && strings.Count(whole, ".") == 2 {
		return whole + cut
	}
	return text
}

// withoutColours takes off what colours a text in a terminal.
func withoutColours(text string) string {
	if bare := colours().ReplaceAllString(text, ""); bare != "" {
		return bare
	}
	return text
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
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector) || unicode.IsControl(r) && !unicode.IsSpace(r)
}

var (
	// words that stand before a token in a header, and are no part of it
	schemes      = `(?i:(?:proxy-)?authorization|bearer|jwt|token|dpop)`
	leadingWords = expression(`^(?:` + schemes + `(?:\s*:\s*|\s+))+`)
	onlyWords    = expression(`^(?:` + schemes + `[\s:]*)*$`)
	opening      = expression(`[\x60"'“”„‘’«](?:` + schemes + `|[\s:])*$`)
	named        = expression(`([A-Za-z_][\w-]*)\\?["']?\s*[:=]\s*\\?["']?(?:` + schemes + `\s+)*$`)
	colours      = expression(`\x1b\[[0-9;]*m`)
	quotedLine   = expression(`(?m)^[ \t]*>+ ?`) // of a mail
	shellLineEnd = expression(`[\\^\x60]\r?\n`)  // a line of a shell that goes on
)

const quotes = "\"'`“”„‘’«»"

// inToken reports whether a character may stand in a token, or in one that is spelled with
// another alphabet or was cut.
func inToken(r rune) bool { return !foreign(r) || strings.ContainsRune(".~=+/"+cut, r) }

// withoutWords takes off words and quotes around what may be a token.
func (i *inspection) withoutWords(text string) string {
	if found := leadingWords().FindString(text); found != "" {
		text = text[len(found):]
		i.find("surroundings", quoted(strings.TrimSpace(found))+" before it")
	}
	if inside := strings.Trim(text, quotes+"<>,;"); inside != text && inside != "" {
		text = inside
		i.find("surroundings", "quotes around it")
	}
	return text
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
		if name := named().FindStringSubmatch(p.text[max(0, start-80):start]); name != nil {
			names = append(names, name[1])
		}
	}
	switch {
	case count < 2:
	case len(names) == count:
		i.find("several-tokens", inWords(count), ": "+strings.Join(names[:min(count, 5)], ", "))
	default:
		i.find("several-tokens", inWords(count), "")
	}
}
