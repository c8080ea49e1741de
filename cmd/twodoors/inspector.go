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

// inspectorVariable tells servers behind a front what its flag says.
const inspectorVariable = "TWODOORS_INSPECTOR"

func (f inspectorFlag) checkInspector() error {
	if f.Inspector != "on" && f.Inspector != "off" {
		return fmt.Errorf("--inspector must be on or off, not %q", f.Inspector)
	}
	os.Setenv(inspectorVariable, f.Inspector)
	return nil
}

// inspects reports whether there is an inspector.
func inspects() bool { return os.Getenv(inspectorVariable) != "off" }

// linked has pages link to the inspector only when there is one.
func linked(next http.Handler) http.Handler {
	if inspects() {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(layout.WithoutInspector(r.Context())))
	})
}
