package deploy

import (
	"bufio"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"twodoors/tests/site"
)

// unit is what systemd makes of a unit's file and its drop-ins: the values of each key, as "Service.ExecStart".
type unit map[string][]string

var assignment = regexp.MustCompile(`^([A-Z][A-Za-z]*)=(.*)$`)

// unit reads files of docs/deploy as systemd does: a line is a section, a comment or an assignment; an empty one takes
// back those before it.
func (d *deployment) unit(files ...string) unit {
	d.t.Helper()
	u := unit{}
	for _, file := range files {
		section := ""
		for line := range strings.Lines(d.file(file)) {
			line = strings.TrimSuffix(line, "\n")
			found := assignment.FindStringSubmatch(line)
			switch {
			case line == "" || line[0] == '#':
			case line[0] == '[':
				section = strings.Trim(line, "[]")
			case found == nil || section == "":
				d.t.Errorf("%s: %q is neither a section nor an assignment", file, line)
			case found[2] == "":
				u[section+"."+found[1]] = nil
			default:
				u[section+"."+found[1]] = append(u[section+"."+found[1]], found[2])
			}
		}
	}
	return u
}

// one is the value of a key that has one.
func (u unit) one(t *testing.T, key string) string {
	t.Helper()
	if len(u[key]) != 1 {
		t.Fatalf("%s has %d values: %q", key, len(u[key]), u[key])
	}
	return u[key][0]
}

// command is what the unit starts, with the built program and other words in it.
func (u unit) command(t *testing.T, others ...string) (program string, arguments []string) {
	t.Helper()
	line := u.one(t, "Service.ExecStart")
	for i := 0; i < len(others); i += 2 {
		if !strings.Contains(line, others[i]) {
			t.Fatalf("%s does not name %s", line, others[i])
		}
	}
	words := strings.Fields(strings.NewReplacer(others...).Replace(line))
	if words[0] != "/usr/local/bin/twodoors" {
		t.Fatalf("it starts %s", words[0])
	}
	return site.Program(), words[1:]
}

// settings are the variables of a file for systemd.
func settings(text string) (all []string) {
	for scanner := bufio.NewScanner(strings.NewReader(text)); scanner.Scan(); {
		if line := scanner.Text(); line != "" && line[0] != '#' {
			all = append(all, line)
		}
	}
	return all
}

// keys are those that units may have here, all of them known to systemd 252.
var keys = strings.Fields(`Unit.Description Unit.After Unit.Wants Unit.StartLimitIntervalSec Install.WantedBy
	Service.Type Service.User Service.EnvironmentFile Service.ExecStart Service.Restart Service.RestartSec Service.RestartPreventExitStatus Service.TimeoutStopSec
	Service.StateDirectory Service.StateDirectoryMode Service.LoadCredential Service.AmbientCapabilities`)

// hardening is what every unit of ours says alike.
var hardening = map[string]string{
	"NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes", "ProtectProc": "invisible",
	"ProtectKernelTunables": "yes", "ProtectKernelModules": "yes", "ProtectKernelLogs": "yes", "ProtectControlGroups": "yes", "ProtectClock": "yes", "ProtectHostname": "yes",
	"RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX AF_NETLINK", "RestrictNamespaces": "yes", "RestrictRealtime": "yes", "RestrictSUIDSGID": "yes",
	"LockPersonality": "yes", "MemoryDenyWriteExecute": "yes", "SystemCallArchitectures": "native", "SystemCallFilter": "@system-service", "UMask": "0077",
}

// Units have nothing that systemd does not know, and each is as confined as the others.
func TestUnitsAreConfined(t *testing.T) {
	t.Parallel()
	d := read(t)
	for name, capabilities := range map[string][]string{template: nil, "twodoors.service": {"CAP_NET_BIND_SERVICE"}} {
		u := d.unit(name)
		for key, values := range u {
			short := strings.TrimPrefix(key, "Service.")
			if _, known := hardening[short]; !known && short != "CapabilityBoundingSet" && !slices.Contains(keys, key) {
				t.Errorf("%s has %s = %q", name, key, values)
			}
		}
		for key, value := range hardening {
			if got := u.one(t, "Service."+key); got != value {
				t.Errorf("%s: %s is %s, not %s", name, key, got, value)
			}
		}
		if set, there := u["Service.CapabilityBoundingSet"]; !there || !slices.Equal(set, capabilities) || !slices.Equal(u["Service.AmbientCapabilities"], capabilities) {
			t.Errorf("%s: capabilities %q, from the start %q", name, set, u["Service.AmbientCapabilities"])
		}
	}
}

// Where systemd is installed, it finds nothing to say about the units.
func TestSystemdAcceptsTheUnits(t *testing.T) {
	t.Parallel()
	d := read(t, "systemd-analyze")
	dropIns := filepath.Join(d.folder, template+".d")
	if err := os.Mkdir(dropIns, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{template, "twodoors.service"} {
		file := d.write(name, d.file(name), "/usr/local/bin/twodoors", site.Program())
		if said, err := exec.Command("systemd-analyze", "verify", file).CombinedOutput(); err != nil || len(said) > 0 {
			t.Errorf("%s: %v: %s", name, err, said)
		}
	}
	d.write(filepath.Join(template+".d", "one-machine.conf"), d.file(template+".d/one-machine.conf"), "/usr/local/bin/twodoors", site.Program())
	if said, err := exec.Command("systemd-analyze", "verify", filepath.Join(d.folder, template)).CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("on one machine: %v: %s", err, said)
	}
}

// The front for a class serves HTTPS with the certificate that systemd hands over, has a passcode, and ends as it is
// asked to.
func TestFrontAsItsUnitStartsIt(t *testing.T) {
	t.Parallel()
	d := read(t)
	address := freeAddress(t, "127.0.0.1")
	_, port, _ := net.SplitHostPort(address)
	certificate, key, trusting := d.certificate(address)
	d.write("certificate", certificate)
	d.write("key", key)
	u := d.unit("twodoors.service")
	for i, name := range []string{"certificate", "key"} {
		if at, _, _ := strings.Cut(u["Service.LoadCredential"][i], ":"); at != name {
			t.Errorf("systemd hands over %s, not %s", at, name)
		}
	}
	if at := "/var/lib/" + u.one(t, "Service.StateDirectory"); !strings.Contains(u.one(t, "Service.ExecStart"), " --db "+at+"/") {
		t.Errorf("the database is not in %s, the only folder that it can write to", at)
	}
	program, arguments := u.command(t, ":443", ":"+port, "127.0.0.1:9090", "127.0.0.1:0", "%d", d.folder, "/var/lib/twodoors", d.folder)
	front := d.run(address, settings(d.file("teaching.env")), program, arguments...)
	d.until("the front is ready", func() bool {
		answer, err := trusting.Get("https://" + host + "/readyz")
		if err != nil {
			return false
		}
		answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	})
	v := &visitor{t: t, client: trusting}
	if cookie := v.logIn(); !strings.HasPrefix(cookie, "__Host-session=") {
		t.Errorf("the cookie is %.30s…", cookie)
	}
	v.both(200, 200)
	if answer, body := v.do(v.asking("POST", "/api/servers/1/crash", "", "")); answer.StatusCode != http.StatusForbidden {
		t.Errorf("anybody crashes its server: %s %s", answer.Status, body)
	}
	if err := front.end(); err != nil {
		t.Errorf("asked to end: %v", err)
	}
}
