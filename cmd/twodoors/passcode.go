package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"twodoors/data"
	"twodoors/web/passcode"
)

// expectLong refuses a passcode that is soon guessed, whether it comes from a flag or from the environment.
func expectLong(code string) error {
	if code != "" && utf8.RuneCountInString(strings.TrimSpace(code)) < passcode.MinLength {
		return fmt.Errorf("--passcode must have at least %d characters", passcode.MinLength)
	}
	return nil
}

// checkPasscode refuses one that is soon guessed.
func (c *serveCommand) checkPasscode() error {
	if err := expectLong(c.Passcode); err != nil {
		return fmt.Errorf("%w; without the flag Two Doors generates one", err)
	}
	return nil
}

// passcode guards the server room's buttons where others can reach the site. One that is
// made is shown once, on standard error, to whoever started the program; no record of the
// log has it.
func (c *serveCommand) passcode(t terminal, key []byte, db *data.DB) *passcode.Passcode {
	if c.private(c.proxyFlags) {
		return nil
	}
	code := c.Passcode
	if code == "" {
		code = passcode.Make()
		fmt.Fprintln(t.log, "The passcode for the stage, the class and the wall is", code)
	}
	return passcode.New(code, key, db.Attempts, db.Now)
}
