package jwtinspect

import (
	"crypto"

	"github.com/go-json-experiment/json/jsontext"
)

// lookAtOwnKey says of a signature that is right for the key in the token's own header what that is worth: whoever made
// the token chose the key.
func (i *inspection) lookAtOwnKey(k *usable) {
	public, hasEqual := k.public.(interface{ Equal(crypto.PublicKey) bool })
	if !i.header.has("jwk") || !hasEqual {
		return
	}
	own := readAnyJSON(string(jsontext.Value(i.header.members["jwk"])))
	if len(own.keys) != 1 || !public.Equal(own.keys[0].public) {
		return
	}
	proves := "It proves nothing about who issued the token"
	if i.rules.carriesKey {
		proves = "It proves that the sender holds that key, and nothing about who issued anything: the access token has to name the key (cnf)"
	}
	i.findAt(headerPart, 0, "key-own", proves)
	i.Signature.Reason += " That key comes from the token's own header. " + proves + "."
}
