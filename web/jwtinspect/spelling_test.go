package jwtinspect_test

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"testing"

	"twodoors/web/jwtinspect"
)

// A token that was wrapped is read whole, and where it was broken is said.
func TestPlaceOfWhiteSpaceIsNamed(t *testing.T) {
	t.Parallel()
	good := made(t, `{"alg":"HS256"}`, `{"sub":"1","exp":1800000300}`)
	part := strings.Split(good, ".")
	r := look(part[0]+".\n"+part[1][:7]+"\n"+part[1][7:]+"."+part[2][:3]+"\n"+part[2][3:], secret(strong))
	var places []string
	for _, f := range r.Findings {
		if f.Code == "white-space" {
			places = append(places, f.Part+strconv.Itoa(f.Position))
		}
	}
	if !slices.Equal(places, []string{"payload1", "signature4"}) || r.Parts[1].Text != part[1] || !r.Signature.Valid {
		t.Errorf("%v, %+v", places, r.Signature)
	}
}

// A secret whose text was read otherwise by who signed is called so.
func TestSecretReadOtherwiseIsNamed(t *testing.T) {
	t.Parallel()
	raw := []byte{0xfb, 0xff, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7}
	base64ed := base64.StdEncoding.EncodeToString(raw)
	for _, test := range []struct {
		signedWith string
		key        *jwtinspect.Key
		how        string
	}{
		{string(raw), secret(base64ed), "read as base64"},
		{string(raw), secret(hex.EncodeToString(raw)), "read as hexadecimal digits"},
		{base64ed, &jwtinspect.Key{SecretBase64: &base64ed}, "read as text and not as base64"},
		{strong, secret(" " + strong), "without the white space around it"},
		{strong + "\n", secret(strong), "with a line break behind it"},
		{strong, secret(strong + "x"), ""},
	} {
		text := encode(`{"alg":"HS256"}`) + "." + encode(`{"sub":"1"}`)
		r := look(text+"."+hs256(text, test.signedWith), test.key)
		found := finding(r, "secret-read")
		if r.Signature.Valid || (found != nil) != (test.how != "") || !strings.Contains(r.Signature.Reason, test.how) {
			t.Errorf("%q: %+v %v", test.how, r.Signature, codes(r))
		}
	}
}
