package main

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/alecthomas/kong"
)

// values say in our words what is wrong with a flag's value.
var values = []kong.Option{
	kong.TypeMapper(reflect.TypeFor[string](), value("text", func(text string) (string, error) { return text, nil })),
	kong.TypeMapper(reflect.TypeFor[encoded](), kong.MapperFunc(anything)),
	kong.TypeMapper(reflect.TypeFor[int](), value("a whole number", strconv.Atoi)),
	kong.TypeMapper(reflect.TypeFor[time.Duration](), value("a time such as 30s, 5m or 24h", time.ParseDuration)),
	kong.TypeMapper(reflect.TypeFor[days](), value("a number of days such as 90d, or a time such as 12h", parseDays)),
}

// encoded is base64url text, which may begin as a flag does.
type encoded string

func anything(ctx *kong.DecodeContext, target reflect.Value) error {
	read := ctx.Scan.Pop()
	if read.IsEOL() {
		return errMissing
	}
	target.SetString(fmt.Sprint(read.Value))
	return nil
}

var errMissing = errors.New("its value is missing")

func value[T any](kind string, parse func(string) (T, error)) kong.MapperFunc {
	return func(ctx *kong.DecodeContext, target reflect.Value) error {
		read, err := ctx.Scan.PopValue(kind)
		if err != nil {
			return errMissing
		}
		parsed, err := parse(fmt.Sprint(read.Value))
		if err != nil {
			return fmt.Errorf("%q is not %s", read.Value, kind)
		}
		target.Set(reflect.ValueOf(parsed))
		return nil
	}
}
