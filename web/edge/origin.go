package edge

import (
	"net/http"

	"twodoors/web/httpio"
	"twodoors/web/trace"
)

// SameOrigin refuses requests that change something and that another site's page
// made a browser send. Browsers say so in Sec-Fetch-Site, or at least in Origin;
// programs that are no browsers send neither and pass.
func SameOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		step := trace.Start(r.Context(), trace.OriginCheck)
		if err := protection.Check(r); err != nil {
			step.Refuse(trace.OriginOther)
			httpio.Refuse(w, httpio.Problem{Status: http.StatusForbidden, Detail: "Another site's page sent this request. Use this site's own pages."})
			return
		}
		step.Pass()
		next.ServeHTTP(w, r)
	})
}
