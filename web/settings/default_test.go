package settings

import (
	"reflect"
	"testing"
	"time"
)

// What nobody chose is what the tags say, and can be.
func TestDefaultsAreThoseOfTheCommandLine(t *testing.T) {
	t.Parallel()
	s := Default()
	if err := s.Check(); err != nil {
		t.Error(err)
	}
	if s.Servers != 1 || s.Balance != BalanceSticky || s.Store != StoreMemory || s.AccessLifetime != 5*time.Minute || s.SessionLifetime != 12*time.Hour {
		t.Errorf("%+v", s)
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Settings]()) {
		if !field.Anonymous && reflect.ValueOf(s).FieldByIndex(field.Index).IsZero() {
			t.Errorf("%s has no default", field.Name)
		}
	}
}
