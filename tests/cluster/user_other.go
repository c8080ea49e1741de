//go:build !unix

package cluster

import "syscall"

func unprivileged() *syscall.SysProcAttr { return nil }

func apart() *syscall.SysProcAttr { return nil }

func own(string) error { return nil }
