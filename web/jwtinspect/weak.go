package jwtinspect

import (
	"crypto/hmac"
	_ "embed"
	"encoding/base64"
	"strings"
	"sync"
	"unicode/utf8"
)

// maxGuessed bounds how many bytes are hashed with common secrets. The list begins with those
// that are met most.
const maxGuessed = 4 << 20

// lookForWeakSecret tries the common secrets. What is found says nothing about the
// token's origin: it says that anybody could have signed it.
func (i *inspection) lookForWeakSecret(alg *algorithm, t signed) {
	if alg == nil || alg.family != "secret" || len(t.signature) != alg.size {
		return
	}
	texts := [][]byte{[]byte(t.input())}
	if len(t.payload) > 0 && i.found("base64-bits") {
		texts = append(texts, texts[0][:len(texts[0])-1])
	}
	left := maxGuessed
	for n, text := range texts {
		for _, common := range commonSecrets() {
			if left -= len(text); left < 0 {
				return
			}
			if !hmac.Equal(alg.mac(common.secret, text), t.signature) {
				continue
			}
			i.find("weak-secret", common.from)
			if n > 0 {
				i.propose(t, change{part: payloadPart, at: len(t.payload), kind: remove})
			}
			return
		}
	}
}

//go:embed secrets.txt
var secretsText string

type common struct {
	secret []byte
	from   string // where it is known from
}

// commonSecrets reads the list: lines under headings, those that begin with
// "base64:" for secrets that are no text.
var commonSecrets = sync.OnceValue(func() []common {
	var list []common
	from := ""
	for line := range strings.Lines(secretsText) {
		line = strings.TrimRight(line, "\n")
		if heading, ok := strings.CutPrefix(line, "# "); ok {
			from = heading
			continue
		}
		secret := []byte(line)
		if encoded, ok := strings.CutPrefix(line, "base64:"); ok {
			secret, _ = base64.RawURLEncoding.DecodeString(encoded)
		}
		list = append(list, common{secret, from})
	}
	return list
})

// placeholder is what stands in a configuration until a secret is put there.
var placeholder = expression(`^(?:[$%#]?\{+[^{}]*\}+|\$[A-Z_][A-Z0-9_]*|%[A-Z_][A-Z0-9_]*%|<[^<>]*>|process\.env\.\w+)$`)

// knownFrom says where a secret is known from, empty for one that is not.
func knownFrom(secret []byte) string {
	for _, common := range commonSecrets() {
		if string(secret) == string(common.secret) {
			return common.from
		}
	}
	if placeholder().Match(secret) {
		return "it is a placeholder that was never replaced"
	}
	return ""
}

// CommonSecrets are the words of the list: those that somebody thought up.
func CommonSecrets() (words []string) {
	for _, common := range commonSecrets() {
		if text := string(common.secret); text != "" && utf8.ValidString(text) && !strings.ContainsAny(text, "\x00$%#{}<>[]()'\"") {
			words = append(words, text)
		}
	}
	return words
}
