package door

import "context"

// Arrival is how a request reached the site, as the process that visitors
// connect to saw it. A server behind a front learns it from the front.
type Arrival struct {
	Address string // the visitor's IP address
	Secure  bool   // the visitor's connection is HTTPS
	Seat    string // a name for the visitor's seat that reveals nothing of it; empty when the request brought none
}

type arrivalKey struct{}

// Arrive returns a context that carries the arrival.
func Arrive(ctx context.Context, a *Arrival) context.Context {
	return context.WithValue(ctx, arrivalKey{}, a)
}

// ArrivalOf returns how the request of ctx reached the site.
func ArrivalOf(ctx context.Context) Arrival {
	if a, ok := ctx.Value(arrivalKey{}).(*Arrival); ok {
		return *a
	}
	return Arrival{}
}
