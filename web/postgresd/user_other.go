//go:build !unix

package postgresd

import "syscall"

// canRun is false: there is no shell to keep a PostgreSQL.
func canRun(string) bool { return false }

func apart() *syscall.SysProcAttr { return nil }

func own(string) error { return nil }
