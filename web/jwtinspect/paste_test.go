package jwtinspect_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"
)

const (
	pastedHeader = `{"alg":"HS256","typ":"at+jwt"}`
	pastedClaims = `{"iss":"me","sub":"1","aud":"you","client_id":"app","jti":"x","iat":1800000000,"exp":1800000300}`
)

// A token is found in what it came with; what is left out is said, and that there were more.
func TestTokenIsFoundInWhatWasPasted(t *testing.T) {
	t.Parallel()
	good := made(t, pastedHeader, pastedClaims)
	other := made(t, pastedHeader, strings.Replace(pastedClaims, `"1"`, `"2"`, 1))
	part := strings.Split(good, ".")
	wrapped := part[0] + ".\n  " + part[1][:40] + "\n  " + part[1][40:] + ".\n  " + part[2]
	for _, test := range []struct{ name, text, code string }{
		{"alone", good, ""},
		{"white space", "\n\t " + good + " \r\n", "surroundings"},
		{"a scheme", "Bearer " + good, "surroundings"},
		{"a scheme in lower case", "bearer " + good, "surroundings"},
		{"another scheme", "JWT " + good, "surroundings"},
		{"another scheme", "Token " + good, "surroundings"},
		{"another scheme", "DPoP " + good, "surroundings"},
		{"a scheme twice", "Bearer Bearer " + good, "surroundings"},
		{"a scheme with a colon", "Bearer: " + good, "surroundings"},
		{"a header", "Authorization: Bearer " + good, "surroundings"},
		{"a header among others", "GET /me HTTP/1.1\r\nHost: example.org\r\nAuthorization: Bearer " + good + "\r\nAccept: */*\r\n\r\n", "surroundings"},
		{"a header of HTTP/2", "authorization: Bearer " + good + "\naccept: */*", "surroundings"},
		{"a header and its neighbour", good + "\nContent-Type: application/json", "surroundings"},
		{"a line of JSON", `"Authorization": "Bearer ` + good + `"`, "surroundings"},
		{"a line of JSON and a comma", `"token": "` + good + `",`, "surroundings"},
		{"Python's bytes", "b'" + good + "'", "surroundings"},
		{"Python's repr", `{'access_token': '` + good + `', 'expires_in': 300}`, "surroundings"},
		{"backticks", "`" + good + "`", "surroundings"},
		{"smart quotes", "“" + good + "”", "surroundings"},
		{"smart single quotes", "‘" + good + "’", "surroundings"},
		{"guillemets", "«" + good + "»", "surroundings"},
		{"angle brackets", "<" + good + ">", "surroundings"},
		{"a login answer", `{"access_token":"` + good + `","token_type":"Bearer","expires_in":300}`, "surroundings"},
		{"a login answer in lines", "{\n  \"access_token\": \"" + good + "\",\n  \"token_type\": \"Bearer\",\n  \"refresh_token\": \"8xLOxBtZp8\"\n}", "surroundings"},
		{"a login answer within JSON", `{"body":"{\"access_token\":\"` + good + `\",\"token_type\":\"Bearer\"}"}`, "surroundings"},
		{"two tokens in an answer", `{"access_token":"` + good + `","id_token":"` + other + `"}`, "several-tokens"},
		{"two lines", good + "\n" + other, "several-tokens"},
		{"the same twice", good + " " + good, "several-tokens"},
		{"a callback", "https://app.example/cb#access_token=" + good + "&token_type=Bearer&state=x", "surroundings"},
		{"a callback's query", "https://app.example/cb?code=1&id_token=" + good, "surroundings"},
		{"a fragment", "#id_token=" + good + "&state=1", "surroundings"},
		{"a form", "grant_type=x&assertion=" + good + "&scope=a", "surroundings"},
		{"percent-encoded", strings.ReplaceAll(good, ".", "%2E"), "percent-encoded"},
		{"percent-encoded in lower case", strings.ReplaceAll(good, ".", "%2e"), "percent-encoded"},
		{"an address in an address", "https://a.example/?next=" + strings.ReplaceAll(url.QueryEscape("https://b.example/#access_token="+good), ".", "%2E"), "percent-encoded"},
		{"percent-encoded twice", strings.ReplaceAll(good, ".", "%252E"), "percent-encoded"},
		{"escaped as in JSON", strings.ReplaceAll(good, ".", `\u002e`), "escaped"},
		{"escaped as in a program", strings.ReplaceAll(good, ".", `\x2E`), "escaped"},
		{"escaped in an answer", `{"access_token":"` + strings.ReplaceAll(good, ".", `\u002E`) + `"}`, "escaped"},
		{"all of it escaped", escapedWhole(good), "escaped"},
		{"HTML references", strings.ReplaceAll(good, ".", "&#46;"), "escaped"},
		{"HTML references in hexadecimal", "<td>" + strings.ReplaceAll(good, ".", "&#x2e;") + "</td>", "escaped"},
		{"HTML references by name", strings.ReplaceAll(strings.ReplaceAll(good, ".", "&period;"), "_", "&lowbar;"), "escaped"},
		{"quotes of HTML", "token=&quot;" + strings.ReplaceAll(good, ".", "&period;") + "&quot;", "escaped"},
		{"quoted-printable", "Token: " + part[0][:20] + "=\n" + part[0][20:] + "=2E" + part[1][:30] + "=\r\n" + part[1][30:] + "." + part[2], "escaped"},
		{"soft line breaks alone", part[0] + "." + part[1][:30] + "=\n" + part[1][30:] + ".=\n" + part[2], "escaped"},
		{"escaped twice", strings.ReplaceAll(good, ".", "&#37;2E"), "percent-encoded"},
		{"curl", "curl -H 'Authorization: Bearer " + good + "' https://api.example/me", "surroundings"},
		{"curl in double quotes", `curl -s -H "Authorization: Bearer ` + good + `" https://api.example/me`, "surroundings"},
		{"curl over lines", "curl https://api.example/me \\\n  -H 'Authorization: Bearer " + good + "' \\\n  -H 'Accept: application/json'", "surroundings"},
		{"curl for Windows", "curl ^\n -H \"Authorization: Bearer " + good + "\" ^\n https://api.example", "surroundings"},
		{"a shell line end within", "Bearer " + part[0] + "." + part[1] + ".\\\n" + part[2], "white-space"},
		{"httpie", "http api.example/me Authorization:'Bearer " + good + "'", "surroundings"},
		{"an assignment", `const token = "` + good + `";`, "surroundings"},
		{"an env line", "TOKEN=" + good, "surroundings"},
		{"an env line in quotes", `export TOKEN="` + good + `"`, "surroundings"},
		{"YAML", "token: " + good, "surroundings"},
		{"a cookie line", "Cookie: theme=dark; jwt=" + good + "; lang=en", "surroundings"},
		{"Set-Cookie", "Set-Cookie: jwt=" + good + "; Path=/; HttpOnly; Secure", "surroundings"},
		{"a cookie without its line", "jwt=" + good + "; Path=/", "surroundings"},
		{"a list", `["` + good + `"]`, "surroundings"},
		{"HTML", "<code>" + good + "</code>", "surroundings"},
		{"a link of Markdown", "[token](" + good + ")", "surroundings"},
		{"a call", "jwt.verify('" + good + "', secret)", "surroundings"},
		{"a log line", "2026-11-27 09:00:00 INFO token=" + good + " user=ada", "surroundings"},
		{"a sentence", "My token is " + good + " and it is refused.", "surroundings"},
		{"the end of a sentence", "My token is " + good + ".", "surroundings"},
		{"Markdown", "**" + good + "**", "surroundings"},
		{"an address", "https://example.org/reset/" + good + "?lang=en", "surroundings"},
		{"a quoted mail", "> " + part[0] + "." + part[1] + "\n> ." + part[2], "white-space"},
		{"a scheme, percent-encoded", "Bearer%20" + good, "percent-encoded"},
		{"a protocol of a WebSocket", "base64url.bearer.authorization.example." + good, "surroundings"},
		{"a shell's quoting", "curl -H $'Authorization: Bearer " + good + "\\n' x", "surroundings"},
		{"a terminal's colours", "\x1b[32m" + good + "\x1b[0m", "door-stricter"},
		{"a NUL byte", good + "\x00", "invisible"},
		{"a literal line break", good + `\n`, "surroundings"},
		{"a byte order mark", "\ufeff" + good, "invisible"},
		{"a space of no width", good + "\u200b", "invisible"},
		{"a soft hyphen", part[0] + "." + part[1][:20] + "\u00ad" + part[1][20:] + "." + part[2], "invisible"},
		{"a soft hyphen in the header", part[0][:9] + "\u00ad" + part[0][9:] + "." + part[1] + "." + part[2], "invisible"},
		{"a word joiner", part[0] + ".\u2060" + part[1] + "." + part[2], "invisible"},
		{"a mark of direction", "\u202a" + good + "\u202c", "invisible"},
		{"a space that does not break", "\u00a0" + good + "\u00a0", "surroundings"},
		{"several lines", wrapped, "white-space"},
		{"several lines in quotes", `curl -H "Authorization: Bearer ` + wrapped + `"`, "white-space"},
		{"UTF-16", utf16Text(good), "surroundings"},
	} {
		r := look(test.text, secret(strong))
		if !r.Signature.Valid || r.Parts[0].Text != part[0] {
			t.Errorf("%s: %+v %v", test.name, r.Signature, codes(r))
		}
		if test.code != "" && test.name != "UTF-16" && finding(r, test.code) == nil {
			t.Errorf("%s: only %v, want %s", test.name, codes(r), test.code)
		}
		if valid := test.code != "white-space"; r.Structure.Valid != valid {
			t.Errorf("%s: %+v %v", test.name, r.Structure, codes(r))
		}
		if stricter := finding(r, "door-stricter") != nil; r.Structure.Valid && stricter != (test.code != "") {
			t.Errorf("%s: the door's view: %v", test.name, codes(r))
		}
	}
}

func escapedWhole(text string) string {
	var all strings.Builder
	for _, c := range text {
		fmt.Fprintf(&all, `\u%04x`, c)
	}
	return all.String()
}

func utf16Text(text string) string {
	bytes := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(text)) {
		bytes = append(bytes, byte(unit), byte(unit>>8))
	}
	return string(bytes)
}

// What is left out is named by its text, and other tokens by their names.
func TestWhatIsLeftOutIsNamed(t *testing.T) {
	t.Parallel()
	good := made(t, pastedHeader, pastedClaims)
	for text, says := range map[string]string{
		"Set-Cookie: jwt=" + good + "; Path=/":                         `"Set-Cookie: jwt=" before it and "; Path=/" behind it`,
		`{"access_token":"` + good + `"}`:                              `'{"access_token":"' before it and '"}' behind it`,
		"Bearer Bearer " + good:                                        `"Bearer Bearer" before it`,
		good + "\u200b":                                                "U+200B",
		`{"access_token":"` + good + `","id_token":"` + good + `"}`:    "contains two tokens: access_token, id_token",
		good + "\n" + good + "\n" + good:                               "three tokens",
		strings.Replace(good, ".", "\u00ad.", 1):                       "U+00AD",
		`{"iss":"me"}`:                                                 "Paste the token itself",
		"{\"protected\":\"e30\",\"ciphertext\":\"AA\",\"tag\":\"AA\"}": "JWE in JSON serialization",
	} {
		r := look(text, nil)
		said := ""
		for _, f := range r.Findings {
			said += f.Text + "\n"
		}
		if !strings.Contains(said, says) {
			t.Errorf("%.40q: %q is not said: %s", text, says, said)
		}
	}
}
