package jwtinspect_test

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"twodoors/web/jwtinspect"
)

// A secret whose text was read otherwise by who signed is called so; one that is another secret
// is not.
func TestSecretReadOtherwiseIsNamed(t *testing.T) {
	t.Parallel()
	raw := "\xfb\xff" + strings.Repeat("\x07", 30)
	digits, base64ed := hex.EncodeToString([]byte(raw)), base64.StdEncoding.EncodeToString([]byte(raw))
	base64Key := func(s string) *jwtinspect.Key { return &jwtinspect.Key{SecretBase64: &s} }
	hexKey := func(s string) *jwtinspect.Key { return &jwtinspect.Key{SecretHex: &s} }
	jwkOct := jwkKey(`{"kty":"oct","k":"` + encode(raw) + `"}`)
	for _, test := range []struct {
		signedWith string
		key        *jwtinspect.Key
		how        string // empty: it is wrong; "right": it is not
	}{
		{raw, secret(base64ed), "read as base64"},
		{raw, secret(encode(raw)), "read as base64"},
		{raw, secret("base64:" + base64ed), "read as base64"},
		{raw, secret(digits), "read as hexadecimal digits"},
		{raw, secret(strings.ToUpper(digits)), "read as hexadecimal digits"},
		{raw, secret("0x" + digits), "read as hexadecimal digits"},
		{raw, base64Key(digits), "read as hexadecimal digits"},
		{raw, hexKey(digits), "right"}, {raw, hexKey("0x" + strings.ToUpper(digits)), "right"}, {raw, hexKey("fb:ff" + strings.Repeat(":07", 30)), "right"},
		{digits, hexKey(digits), "used as it is"},
		{base64ed, base64Key(base64ed), "used as it is"},
		{encode(raw), jwkOct, "used as it is"},
		{base64ed, secret(raw), "written in base64"},
		{digits, secret(raw), "written in hexadecimal digits"},
		{strong, secret(" " + strong), "without the white space around it"},
		{strong, secret(strong + "\r\n"), "without the white space around it"},
		{strong, secret("\ufeff" + strong), "without the white space around it"},
		{strong, secret(`"` + strong + `"`), "without the quotes around it"},
		{strong, secret("'" + strong + "'"), "without the quotes around it"},
		{strong, secret("“" + strong + "”"), "without the quotes around it"},
		{strong, secret("JWT_SECRET=" + strong), "without the name before it"},
		{strong, secret(`export JWT_SECRET="` + strong + `"`), "without the name before it, without the quotes around it"},
		{strong, secret("jwt.secret: " + strong), "without the name before it"},
		{raw, secret(`APP_KEY="base64:` + base64ed + `"`), "read as base64"},
		{strong + "\n", secret(strong), "with a line break after it"},
		{strong + "\r\n", secret(strong), "with CR and LF after it"},
		{"\ufeff" + strong, secret(strong), "with a byte order mark before it"},
		{`"` + strong + `"`, secret(strong), "with double quotes around it"},
		{strong + "\x00", secret(strong), "right"}, // HMAC fills a short key up with zeros (RFC 2104 section 2)
		{strings.ToUpper(strong), secret(strong), "in upper case"},
		{utf16Text(strong)[2:], secret(strong), "in UTF-16"},
		{strong, secret(strong + "x"), "without its last character"},
		{raw[:30], secret(base64ed[:41]), "without its last character, read as base64"},
		{strong, secret(strong + "xy"), ""},
		{strong, secret(strong), "right"},
	} {
		text := encode(`{"alg":"HS256"}`) + "." + encode(`{"sub":"1"}`)
		r := look(text+"."+hs256(text, test.signedWith), test.key)
		found := finding(r, "secret-read")
		named := test.how != "" && test.how != "right"
		if r.Signature.Valid != (test.how == "right") || (found != nil) != named || named && !strings.Contains(r.Signature.Reason, test.how) {
			t.Errorf("%.40q, signed with %.40q: %+v %v", test.how, test.signedWith, r.Signature, codes(r))
		}
	}
}

// A form keeps a secret as it was typed, but for line breaks at its end.
func TestKeyOfTextKeepsTheSecret(t *testing.T) {
	t.Parallel()
	for text, kept := range map[string]string{strong: strong, strong + "\r\n\n": strong, " " + strong: " " + strong, `"` + strong + `"`: `"` + strong + `"`, "{}": "{}", "[object Object]": "[object Object]"} {
		for _, kind := range []string{"", "secret"} {
			key := jwtinspect.KeyOf(kind, text)
			if key == nil || key.Secret == nil || *key.Secret != kept {
				t.Errorf("%q, said to be %q: %+v", text, kind, key)
			}
		}
	}
	if key := jwtinspect.KeyOf("", "\r\n"); key != nil {
		t.Errorf("nothing is a key: %+v", key)
	}
}
