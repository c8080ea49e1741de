package lab

import (
	"net/http"

	"twodoors/web/settings"
	"twodoors/web/trace"
)

// Exchange asks who can check a token without asking those who signed it.
func Exchange() *Lab {
	return &Lab{
		Name: "exchange", Title: "Somebody else checks", Question: "Who can check it without asking us?",
		Opening: "A session id means nothing to anybody but the server that made it up. A token can be checked by whoever has the key that verifies. Your own browser plays somebody else here, a third party: it fetches public keys and does the arithmetic by itself, and the token is sent to nobody.",
		Needs:   `{"servers": 1, "alg": "HS256", "keys": "shared", "revocation": "off"}`,
		Tasks: []Task{{
			Title: "There is nothing to check with",
			Do:    "Tokens are signed with HS256: one secret signs and verifies. Log in and have the third party fetch the public keys. The set is empty. Whoever could check these tokens could make them, so the secret stays at home.",
			Acts:  []Act{logInAt("token"), fetchKeys},
			Hints: []string{
				"What would you have to give somebody who wants to check an HMAC?",
				"The public keys of this site are at /.well-known/jwks.json.",
				"Press the two buttons from left to right: the answer is a key set without keys.",
			},
			Done: InTurn(All(Login("token"), algIs(settings.AlgHS256)), All(keySet, algIs(settings.AlgHS256))),
		}, {
			Title: "Tell the right one from the wrong ones",
			Do:    "Now the site signs with ES256. Log in again. The lab mixes your token with three that somebody changed, and does not say which is which. The third party fetches the public keys and tells by arithmetic alone.",
			Acts: []Act{
				choose("Sign with ES256", `{"alg": "ES256"}`), logInAt("token"),
				{Label: "Have the third party judge four tokens", Door: "token", Script: "judge", Shell: shellJudge},
			},
			Hints: []string{
				"A key pair has two halves. Which of them is published?",
				"POST /api/labs/exchange/challenge with your token answers four. Verify each with the public keys, and post the number of each good one, from 0, to /api/labs/exchange/answer.",
				"Press the three buttons from left to right. In a terminal the command twodoors token verify does the arithmetic.",
			},
			Done: InTurn(All(Login("token"), algIs(settings.AlgES256)), All(By(thirdParty), Allowed)),
		}, {
			Title: "Checking is not signing",
			Do:    "The third party wants to be an administrator. It has the public key, the name of the key and your claims; it has no private key, so it makes one of its own and signs with that. The door looks up the key that the token names and finds another signature.",
			Acts:  []Act{{Label: "Have the third party sign", Door: "token", Script: "sign", Shell: shellSign}},
			Hints: []string{
				"Signing is for who holds the private key, checking for everybody.",
				"Make a P-256 key pair, sign header and payload of your token with it, leave the kid as it is, and call /api/token/me.",
				"Press the button: the token is refused at signature.verify.",
			},
			Done: InTurn(All(Me("token"), RefusedAt(trace.SignatureVerify), algIs(settings.AlgES256))),
		}, {
			Title: "The key changes, and nobody tells them",
			Do:    "The third party keeps the public keys that it has. Change the key and retire the old one: the door refuses your token at once. The third party still finds its signature good, until it fetches the keys again.",
			Acts:  []Act{{Label: "Change the key, and ask both", Door: "token", Script: "rotate", Shell: shellRotate}},
			Hints: []string{
				"Who learns that a key was retired, and when?",
				"Keep the key set in a file, then POST /api/keys/rotate with {\"retire\": true}. Verify your token with the file, verify it with the address, and call /api/token/me.",
				"Press the button: good by the old keys, unknown to the new ones, and refused at key.select.",
			},
			Done: InTurn(All(To("POST", "/api/keys/rotate"), Allowed), All(Me("token"), RefusedAt(trace.KeySelect)), keySet),
		}},
		Lessons: []Lesson{
			{"With a key pair everybody can check and one can sign; with a shared secret whoever checks can sign.", "RFC 7518, sections 3.2 and 3.4", "https://www.rfc-editor.org/rfc/rfc7518#section-3.4"},
			{"Public keys are handed out as a set, each with a name and an algorithm; the key decides how it is used, not the token.", "RFC 7517, sections 4.4 and 5; RFC 8725, section 3.1", "https://www.rfc-editor.org/rfc/rfc7517#section-5"},
			{"Whoever checks without asking does not learn what changed since: a retired key, a revoked token, a role taken away.", "RFC 7009, section 3", "https://www.rfc-editor.org/rfc/rfc7009#section-3"},
		},
		Practice: "Sign with a key pair as soon as anybody but the signer verifies. Publish the keys with a short cache time, name each by its kid, and publish a new key before you sign with it. Where a change has to be known at once, the verifier must ask.",
		Routes: func(labs *Labs) map[string]http.HandlerFunc {
			judges := &challenge{labs: labs}
			return within(labs, "exchange", map[string]http.HandlerFunc{
				"POST /api/labs/exchange/challenge": judges.ask,
				"POST /api/labs/exchange/answer":    judges.judge,
			})
		},
	}
}

// thirdParty is what the lab calls who checks without asking.
const thirdParty = "third party"

var fetchKeys = Act{Label: "Have the third party fetch the public keys", Calls: []Call{{Path: "/.well-known/jwks.json"}}}

// keySet holds for who fetched the public keys.
func keySet(s Seen) bool {
	return s.Path == "/.well-known/jwks.json" && (s.Status == http.StatusOK || s.Status == http.StatusNotModified)
}

func algIs(alg string) Is { return When(func(c Circumstances) bool { return c.Alg == alg }) }

// Commands that do what the buttons' scripts do. The arithmetic is that of the
// command twodoors.
const (
	shellJudge = `ANSWER=$(curl -s -b "$JAR" -c "$JAR" -H "Seat: $SEAT" -X POST -H 'Content-Type: application/json' -d "{\"token\": \"$TOKEN\"}" "$SITE/api/labs/exchange/challenge")
GOOD=; N=0
for T in $(echo "$ANSWER" | sed 's/.*\[//; s/\].*//' | tr -d '" ' | tr ',' ' '); do
  twodoors token verify --jwks "$SITE/.well-known/jwks.json" "$T" && GOOD="$GOOD,$N"
  N=$((N+1))
done
curl -s -b "$JAR" -c "$JAR" -H "Seat: $SEAT" -X POST -H 'Content-Type: application/json' -d "{\"good\": [${GOOD#,}]}" "$SITE/api/labs/exchange/answer"`

	shellSign = `openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt > "$JAR.pem"
KID=$(curl -s "$SITE/.well-known/jwks.json" | tr '{' '\n' | grep ES256 | sed -n 's/.*"kid": *"\([^"]*\)".*/\1/p' | head -1)
FORGED=$(twodoors token sign --key "$JAR.pem" --alg ES256 --kid "$KID" --typ at+jwt --claim iss=urn:twodoors --claim 'aud:=["urn:twodoors:app"]' --claim client_id=two-doors-web --claim sub=1 --claim name=ada --claim role=admin --claim jti=own --expires 5m)
curl -s -b "$JAR" -c "$JAR" -H "Seat: $SEAT" -H "Authorization: Bearer $FORGED" "$SITE/api/token/me"`

	shellRotate = `curl -s -H "Seat: $SEAT" "$SITE/.well-known/jwks.json" > "$JAR.jwks"
curl -s -b "$JAR" -c "$JAR" -H "Seat: $SEAT" -X POST -H 'Content-Type: application/json' -d '{"retire": true}' "$SITE/api/keys/rotate"
twodoors token verify --jwks "$JAR.jwks" "$TOKEN"    # good by the old keys
curl -s -b "$JAR" -c "$JAR" -H "Seat: $SEAT" -H "Authorization: Bearer $TOKEN" "$SITE/api/token/me"
curl -s -H "Seat: $SEAT" "$SITE/.well-known/jwks.json" > "$JAR.jwks"
twodoors token verify --jwks "$JAR.jwks" "$TOKEN"    # unknown to the new ones`
)
