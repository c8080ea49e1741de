package seat

import (
	"crypto/hmac"
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// recent are seats whose mark was found right lately: most requests come from a
// seat that has just been here. A place holds one; the next that belongs there takes
// it.
type recent struct {
	seed   maphash.Seed
	places [256]atomic.Pointer[string]
}

func (r *recent) has(value string) bool {
	known := r.place(value).Load()
	return known != nil && hmac.Equal([]byte(*known), []byte(value))
}

// add keeps a copy, as value is a part of a header that may hold other secrets.
func (r *recent) add(value string) {
	value = strings.Clone(value)
	r.place(value).Store(&value)
}

func (r *recent) place(value string) *atomic.Pointer[string] {
	return &r.places[maphash.String(r.seed, value)%uint64(len(r.places))]
}
