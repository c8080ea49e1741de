package main

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// classFlags say what becomes of classes.
type classFlags struct {
	ClassKeep days `default:"90d" help:"How long a closed class is kept, in days or as a time: 90d, 12h." env:"TWODOORS_CLASS_KEEP"`
}

func (f classFlags) check() error {
	if f.ClassKeep <= 0 {
		return errors.New("--class-keep must be more than 0, such as 90d")
	}
	return nil
}

// days is a time that is mostly given in whole days.
type days time.Duration

func parseDays(text string) (days, error) {
	if number, whole := strings.CutSuffix(text, "d"); whole {
		n, err := strconv.ParseUint(number, 10, 16)
		return days(time.Duration(n) * 24 * time.Hour), err
	}
	d, err := time.ParseDuration(text)
	return days(d), err
}
