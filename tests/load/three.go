package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// three are the targets with three servers, asked by turns, on one SQLite file: the
// front before its own, and a tuned proxy and nginx before three that run alone.
func (b *bench) three(ctx context.Context) (all []target, err error) {
	front, err := b.openOn(filepath.Join(b.folder, "three-front", "two.db"), "serve", "sqlite", "--servers=3", "--balance=round-robin")
	if err != nil {
		return nil, err
	}
	inner, err := children(front.pid())
	if err != nil {
		return nil, err
	}
	all = pair("three-front", front, front.address, append(inner, front.pid()))

	var addresses []string
	var pids []int
	var first *site
	for i := range 3 {
		s, err := b.openOn(filepath.Join(b.folder, "three-alone", "two.db"), "server", "sqlite", "--number="+strconv.Itoa(i+1))
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = s
		}
		addresses, pids = append(addresses, s.address), append(pids, s.pid())
	}
	tuned, err := b.startNaive("tuned-proxy", addresses...)
	if err != nil {
		return nil, err
	}
	all = append(all, pair("three-tuned-proxy", first, tuned.address, append([]int{tuned.pid()}, pids...))...)

	nginx, err := b.nginx(ctx, addresses)
	if err != nil || nginx == nil {
		return all, err
	}
	workers, err := children(nginx.pid())
	if err != nil {
		return nil, err
	}
	return append(all, pair("three-nginx", first, nginx.address, append(workers, pids...))...), nil
}

// pair is a target for each door.
func pair(name string, s *site, address string, pids []int) []target {
	return []target{
		{name: name + "-token", address: address, request: s.tokenRequest(address), pids: pids},
		{name: name + "-session", address: address, request: s.sessionRequest(address), pids: pids},
	}
}

const nginxConfiguration = `daemon off;
pid %[1]s/nginx.pid;
error_log stderr error;
worker_processes auto;
events {}
http {
	access_log off;
	client_body_temp_path %[1]s/body;
	proxy_temp_path %[1]s/proxy;
	fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi;
	scgi_temp_path %[1]s/scgi;
	keepalive_requests 1000000;
	upstream servers {
		%[2]s
		keepalive 256;
		keepalive_requests 1000000;
	}
	server {
		listen %[3]s;
		location / {
			proxy_pass http://servers;
			proxy_http_version 1.1;
			proxy_set_header Connection "";
			proxy_set_header Host $http_host;
		}
	}
}
`

// nginx runs nginx before servers; it is nil where there is none.
func (b *bench) nginx(ctx context.Context, servers []string) (*process, error) {
	program, err := exec.LookPath("nginx")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/nginx"); err != nil {
			b.say("without nginx, which is not installed\n")
			return nil, nil
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	listener.Close()
	file := filepath.Join(b.folder, "nginx.conf")
	text := fmt.Sprintf(nginxConfiguration, b.folder, "server "+strings.Join(servers, "; server ")+";", address)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.Command(program, "-e", "stderr", "-c", file)
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd, input, address}
	b.running = append(b.running, p)
	for range 100 {
		if connection, err := net.Dial("tcp", address); err == nil {
			connection.Close()
			return p, nil
		}
		pause(ctx, 50*time.Millisecond)
	}
	return nil, fmt.Errorf("nginx does not answer at %s", address)
}

// children are the processes that a process has started.
func children(pid int) (pids []int, err error) {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, task := range tasks {
		text, err := os.ReadFile(task)
		if err != nil {
			return nil, err
		}
		for _, field := range strings.Fields(string(text)) {
			child, err := strconv.Atoi(field)
			if err != nil {
				return nil, err
			}
			pids = append(pids, child)
		}
	}
	return pids, err
}
