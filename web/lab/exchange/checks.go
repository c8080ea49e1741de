package exchange

import (
	"net/http"

	"twodoors/web/lab"
)

// What this lab finds out.
var (
	judged    = lab.Finding{Kind: "judged", Says: "The third party told the good token from three that were changed."}
	misjudged = lab.Finding{Kind: "misjudged", Says: "The third party took {taken} of four for good, and was wrong."}
)

// thirdParty is what the lab calls who checks without asking.
const thirdParty = "third party"

// keySet holds for who fetched the public keys.
func keySet(s lab.Seen) bool {
	return s.Path == "/.well-known/jwks.json" && (s.Status == http.StatusOK || s.Status == http.StatusNotModified)
}
