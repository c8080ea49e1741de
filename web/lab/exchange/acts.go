package exchange

import "twodoors/web/lab"

var fetchKeys = lab.Act{Label: "Have the third party fetch the public keys", Calls: []lab.Call{{Path: "/r/$ROOM/.well-known/jwks.json"}}}

// Commands that do what the buttons' scripts do. The command twodoors verifies and signs.
const (
	shellVerify = `ANSWER=$(curl -s -b "$JAR" -c "$JAR" -H "Seat: $SEAT" -X POST -H 'Content-Type: application/json' -d "{\"token\": \"$TOKEN\"}" "$SITE/api/labs/exchange/challenge")
GOOD=; N=0
for T in $(echo "$ANSWER" | sed 's/.*\[//; s/\].*//' | tr -d '" ' | tr ',' ' '); do
  twodoors token verify --jwks "$SITE/r/$ROOM/.well-known/jwks.json" "$T" && GOOD="$GOOD,$N"
  N=$((N+1))
done
curl -s -b "$JAR" -c "$JAR" -H "Seat: $SEAT" -X POST -H 'Content-Type: application/json' -d "{\"good\": [${GOOD#,}]}" "$SITE/api/labs/exchange/answer"`

	shellSign = `openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt > "$JAR.pem"
KID=$(curl -s "$SITE/r/$ROOM/.well-known/jwks.json" | tr '{' '\n' | grep ES256 | sed -n 's/.*"kid": *"\([^"]*\)".*/\1/p' | head -1)
ISS=$(echo "$TOKEN" | cut -d. -f2 | tr '_-' '/+' | base64 -d 2>/dev/null | sed -n 's/.*"iss":"\([^"]*\)".*/\1/p')
FORGED=$(twodoors token sign --key "$JAR.pem" --alg ES256 --kid "$KID" --typ at+jwt --claim iss="$ISS" --claim "aud:=[\"$ISS:app\"]" --claim client_id=two-doors-web --claim sub=1 --claim name=ada --claim role=admin --claim jti=own --expires 5m)
curl -s -b "$JAR" -c "$JAR" -H "Seat: $SEAT" -H "Authorization: Bearer $FORGED" "$SITE/api/token/me"`

	shellRotate = `curl -s -H "Seat: $SEAT" "$SITE/r/$ROOM/.well-known/jwks.json" > "$JAR.jwks"
curl -s -b "$JAR" -c "$JAR" -H "Seat: $SEAT" -X POST -H 'Content-Type: application/json' -d '{"retire": true}' "$SITE/api/keys/rotate"
twodoors token verify --jwks "$JAR.jwks" "$TOKEN"    # valid by the old keys
curl -s -b "$JAR" -c "$JAR" -H "Seat: $SEAT" -H "Authorization: Bearer $TOKEN" "$SITE/api/token/me"
curl -s -H "Seat: $SEAT" "$SITE/r/$ROOM/.well-known/jwks.json" > "$JAR.jwks"
twodoors token verify --jwks "$JAR.jwks" "$TOKEN"    # unknown to the new ones`
)
