package main

import (
	"fmt"
	"net/http"
	"os"

	"twodoors/views/layout"
)

// inspectorFlag says whether visitors may see how their requests were authorized.
type inspectorFlag struct {
	Inspector string `default:"on" help:"Show visitors how their requests were authorized: on or off." env:"TWODOORS_INSPECTOR"`
}

// inspectorVariable tells the processes that this one starts.
const inspectorVariable = "TWODOORS_INSPECTOR"

// checkInspector refuses a value that there is not, and else has servers that are started from now on go by it.
func (f inspectorFlag) checkInspector() error {
	if f.Inspector != "on" && f.Inspector != "off" {
		return fmt.Errorf("--inspector must be on or off, not %q", f.Inspector)
	}
	os.Setenv(inspectorVariable, f.Inspector)
	return nil
}

// inspectorOfFront is the flag of the front that has started this process.
func inspectorOfFront() inspectorFlag { return inspectorFlag{os.Getenv(inspectorVariable)} }

// inspects reports whether there is an inspector.
func (f inspectorFlag) inspects() bool { return f.Inspector != "off" }

// linked has pages link to the inspector only when there is one.
func (f inspectorFlag) linked(next http.Handler) http.Handler {
	if f.inspects() {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(layout.WithoutInspector(r.Context())))
	})
}
