package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// words must not come back, each with what to say instead.
var words = []struct{ not, say string }{
	{`\b[Aa]t (each|every) request`, "on every request"},
	{`\b(take|taken|takes|took|Take|Taken) (\w+ )?(\w+ )?apart`, "decode"},
	{`\b(be|been|was|were|is|are|have|had|gets?|got) (\w+ )?let in\b|\b[Ll]ets? (nobody|somebody|anybody|everybody) in\b`, "log in; of a request: allowed"},
	{`\b[Ww](hoever|homever|hosever)\b`, "anyone who, the person who"},
	{`(^|[.!?] )Who (?:\w+ )?(cannot|can|has|is|needs|knows|may|looks|comes|asks|was|had|wants)\b[^?:]*[.,]`, "people who, if you"},
	{`\b(to|by|from|of|for) who (is|has|can|may|asks|was|had)\b`, "people who, users who"},
	{`\bof (its|his|her|their|one's|the \w+'s) own([.,;:)]| (and|with|that|in|for|to|on|as|when|by|which|below|beside|before)\b|$)`, "its own, separate"},
	{`\bmay not\b`, "must not, might not, cannot"},
	{`\b[Ww]hat holds\b|\bholds now\b`, "what you learned; valid"},
	{`\b[Mm](end|ends|ended|ending) (it|the|them|this|that|what|by|in|your)\b`, "fix, correct"},
	{`\b(it|signature|key) (fits|does not fit)\b`, "valid, invalid, matches"},
	{`\bthe only one([.,;]|$)`, "only one running"},
	{`\bby now\b`, "already"},
	{`\b(so|as) long that\b|\bfor so long\b`, "this long"},
	{`\b[Ss]how(s|ed|ing)? (a|the|your|its|his|their) (token|cookie)s? (to|whose|for)\b`, "present a token, send a cookie"},
	{`\b[Tt]hrow(s|n|ing)? (\w+ )?out (the|who|of|every|nobody|every)\b|\b[Tt]hrew (\w+ )?out\b|\b(was|is|be|are|were) thrown out\b`, "revoke, invalidate, log out"},
	{`\b(get|gets|getting|brings) the next (one|of)\b`, "refresh"},
	{`\b[Ff]orget (everything|my seat|this lab)\b|\b[Ss]tart(s|ing|ed)? (all |it )?over\b`, "reset"},
	{`\bnobody was forgotten\b|\bremembers nobody\b`, "no session was lost"},
	{`\bbelong together\b`, "wrong username or password"},
	{`\b[Tt]ried (it )?(by you|to (its|the) end)\b|\b[Nn]ot tried\b|\b[Tt]ry it on servers\b|\bhas been tried\b`, "run"},
	{`\b[Jj]ust now\b`, "right now"},
	{`\bnumber of 43 characters\b|\bunder this number\b`, "session ID, random string"},
	{`\b[Ff]rom now on:`, "Settings changed:"},
	{`\b(no|the) \w+ of that (number|name|id)\b`, "with that number"},
	{`\b(it|this|that) is no (JWT|token|account|lab|database|key|address|hole|seat)\b|\bis no \w+ any more\b`, "is not a, is no longer a"},
	{`^\*\* |^\*\*[^*]+\*[^*]`, "a list begins with one star, emphasis has as many on both sides"},
	{`\bfor ever\b`, "forever"},
	{`\bas good as before\b|\bstill good\b|\b(token|signature|one) is good\b`, "valid"},
	{`\b[Tt]ime is over\b`, "expired"},
	{`\bsomebody else's\b`, "someone else's"},
	{`\blook(s|ed|ing)? nothing up\b`, "without any lookup"},
	{`\bwhose it is, since when\b|\bset up since\b`, "who you are, when you logged in"},
	{`\b[Uu]nused, they\b|\bunused they\b`, "idle timeout, absolute timeout"},
	{`\b(tokens?|keys?|those|ones) (that )?(is|are) out\b`, "has been issued"},
	{`\b[Cc]areless is\b`, "the mistake"},
	{`\banswer for a no\b|\b[Bb]e robbed\b|\b[Bb]e (appointed|dismissed)\b|\b[Cc]ome as nobody\b`, "plain words: get robbed, get promoted, visit without logging in"},
	{`\bpage with a hole\b|\bthrough the hole\b|\bfor practice\b`, "vulnerable page, injected script, practice cookie"},
	{`\b[Tt]o be judged\b|\b[Jj]udge (four|the) tokens\b|\bby arithmetic alone\b`, "verify; by computation alone"},
	{`\b[Ss]hall\b`, "should"},
	{`\b(in vain|anew)\b`, "without success; again"},
	{`\bwhat you carry\b|\bas it travelled\b`, "credentials; as sent"},
	{`\bmore at every request of everybody\b|\bof everybody\b`, "for everyone, everyone's"},
	{`\bnobody is left who\b|\bsomebody who had\b`, "no one can, a visitor who"},
	{`\b[Ss]pell(s|ed|ing)? (it|none|nOnE|so)\b`, "write"},
}

// Texts that people read say things in the field's terms: pages, scripts, labs, traces,
// problems, help, documents.
func TestWordsThatMustNotComeBack(t *testing.T) {
	t.Parallel()
	var patterns []*regexp.Regexp
	for _, w := range words {
		patterns = append(patterns, regexp.MustCompile(w.not))
	}
	check := func(path string, line int, text string) {
		for i, pattern := range patterns {
			if found := pattern.FindString(text); found != "" {
				t.Errorf("%s:%d: %q; say: %s", strings.TrimPrefix(filepath.ToSlash(path), "../"), line, found, words[i].say)
			}
		}
	}
	for _, ending := range []string{".templ", ".js", ".md", "openapi.yaml"} {
		each(t, ending, func(path string) { readLines(t, path, check) })
	}
	each(t, ".go", func(path string) {
		if !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, "_templ.go") && !strings.HasPrefix(filepath.ToSlash(path), "../tests/") && !strings.Contains(filepath.ToSlash(path), "/datatest/") {
			readLiterals(t, path, check)
		}
	})
}

// comment begins a line of templ or JavaScript that nobody but a programmer reads.
var comment = regexp.MustCompile(`^\s*(//|/\*|\*)`)

func readLines(t *testing.T, path string, check func(path string, line int, text string)) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(text), "\n") {
		if strings.HasSuffix(path, ".md") || !comment.MatchString(line) {
			check(path, i+1, line)
		}
	}
}

func readLiterals(t *testing.T, path string, check func(path string, line int, text string)) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, is := n.(*ast.BasicLit); is && literal.Kind == token.STRING {
			if text, err := strconv.Unquote(literal.Value); err == nil {
				check(path, files.Position(literal.Pos()).Line, text)
			}
		}
		return true
	})
}
