package exchange

import (
	"net/http"

	"twodoors/web/lab"
)

// What this lab finds out.
var (
	judged    = lab.Finding{Kind: "judged", Says: "The third party found the valid token among four."}
	misjudged = lab.Finding{Kind: "misjudged", Says: "The third party called {taken} of four tokens valid, and was wrong."}
)

// thirdParty is the name of the client that verifies without asking.
const thirdParty = "third party"

// keySet holds for requests for the public keys.
func keySet(s lab.Seen) bool {
	return s.Path == "/.well-known/jwks.json" && (s.Status == http.StatusOK || s.Status == http.StatusNotModified)
}
