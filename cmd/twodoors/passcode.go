package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"twodoors/web/passcode"
)

// expectLong refuses a passcode that is soon guessed, whether it comes from a flag or from the environment.
func expectLong(code string) error {
	if code != "" && utf8.RuneCountInString(strings.TrimSpace(code)) < passcode.MinLength {
		return fmt.Errorf("--passcode must have at least %d characters", passcode.MinLength)
	}
	return nil
}
