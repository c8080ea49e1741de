package postgresd

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

//go:embed keeper.sh
var script string

// keeper is the shell beside this process. It holds one end of a pipe, and this process the other one, which the system
// closes when this process ends.
type keeper struct {
	shell   *exec.Cmd
	orders  io.WriteCloser
	answers *bufio.Reader
}

// keep starts the keeper of a folder. It gets no environment of ours, in which there may be passwords: it may run as
// another user.
func keep(programs string, c *Cluster) (*keeper, error) {
	arguments := []string{"-c", script, programs, c.folder, strconv.Itoa(c.port), strconv.Itoa(c.primary)}
	shell := exec.Command("sh", append(arguments, c.settings...)...)
	shell.Env, shell.Dir, shell.SysProcAttr = []string{"PATH=" + os.Getenv("PATH")}, c.folder, apart()
	orders, err := shell.StdinPipe()
	if err != nil {
		return nil, err
	}
	answers, err := shell.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := shell.Start(); err != nil {
		return nil, err
	}
	return &keeper{shell, orders, bufio.NewReader(answers)}, nil
}

// do gives an order, and returns what failed, empty for nothing. An error says that nobody is there to take it.
func (k *keeper) do(order string) (failed string, err error) {
	if _, err := io.WriteString(k.orders, order+"\n"); err != nil {
		return "", errors.New("its keeper has ended")
	}
	answer, err := k.answers.ReadString('\n')
	if err != nil {
		return "", errors.New("its keeper has ended")
	}
	return strings.TrimSpace(answer), nil
}

// end lets the keeper end what it runs, remove the folder and end.
func (k *keeper) end() {
	k.orders.Close()
	k.shell.Wait()
}

// programs finds the folder of the newest PostgreSQL. Debian keeps each version in a folder, none of them in the path.
func programs() (string, error) {
	newest, folder := 0.0, ""
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	for _, initdb := range found {
		bin := filepath.Dir(initdb)
		if version, err := strconv.ParseFloat(filepath.Base(filepath.Dir(bin)), 64); err == nil && version > newest {
			newest, folder = version, bin
		}
	}
	if folder != "" {
		return folder, nil
	}
	path, err := exec.LookPath("initdb")
	if err == nil {
		path, err = filepath.EvalSymlinks(path) // the other programs lie beside it
	}
	if err != nil {
		return "", fmt.Errorf("find PostgreSQL: %w", err)
	}
	return filepath.Dir(path), nil
}
