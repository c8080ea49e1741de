package settings

import (
	"reflect"
	"strconv"
	"time"
)

// Default returns the settings where nobody chose any, as the tags of Settings name them.
// The command line reads the same tags.
func Default() (s Settings) {
	fields := reflect.ValueOf(&s).Elem()
	for _, about := range reflect.VisibleFields(fields.Type()) {
		field := fields.FieldByIndex(about.Index)
		switch text := about.Tag.Get("default"); field.Interface().(type) {
		case string, Store:
			field.SetString(text)
		case int:
			n, _ := strconv.Atoi(text)
			field.SetInt(int64(n))
		case time.Duration:
			d, _ := time.ParseDuration(text)
			field.SetInt(int64(d))
		}
	}
	return s
}
