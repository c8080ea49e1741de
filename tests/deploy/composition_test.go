package deploy

import (
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"
)

// composition is what we use of the Compose specification: a key that is not here is a mistake.
type composition struct {
	Name     string
	Hardened any `yaml:"x-hardened"`
	Server   any `yaml:"x-server"`
	Services map[string]*service
	Networks map[string]struct {
		Internal bool
		IPAM     struct{ Config []struct{ Subnet string } }
	}
	Volumes map[string]struct{}
	Secrets map[string]struct{ File string }
}

// service is a container.
type service struct {
	Image       string
	PullPolicy  string `yaml:"pull_policy"`
	User        string
	Command     []string
	Environment map[string]string
	Ports       []string
	Volumes     []string
	Tmpfs       []string
	ShmSize     string `yaml:"shm_size"`
	Secrets     []struct{ Source, Target string }
	Networks    map[string]struct {
		Address string `yaml:"ipv4_address"`
	}
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	Healthcheck struct {
		Test        []string
		Interval    time.Duration
		StartPeriod time.Duration `yaml:"start_period"`
	}
	Restart         string
	ReadOnly        bool          `yaml:"read_only"`
	CapDrop         []string      `yaml:"cap_drop"`
	CapAdd          []string      `yaml:"cap_add"`
	SecurityOpt     []string      `yaml:"security_opt"`
	StopGracePeriod time.Duration `yaml:"stop_grace_period"`
}

// variable is one that compose.yaml takes from .env, with what is said when it is missing.
var variable = regexp.MustCompile(`\$\{([A-Z_]+):\?[a-z .]+\}|\$\$|\$`)

// compose reads compose.yaml, with values for the variables in .env.
func (d *deployment) compose(values map[string]string) *composition {
	d.t.Helper()
	text := variable.ReplaceAllStringFunc(d.file("compose.yaml"), func(found string) string {
		name := variable.FindStringSubmatch(found)[1]
		switch {
		case found == "$$":
			return "$"
		case values[name] == "":
			d.t.Errorf("compose.yaml has %q, which .env does not say", found)
		}
		return values[name]
	})
	c := &composition{}
	if err := yaml.Load([]byte(text), c, yaml.WithKnownFields()); err != nil {
		d.t.Fatal(err)
	}
	return c
}

// secrets are values for each line of compose.env.
func (d *deployment) secrets() map[string]string {
	d.t.Helper()
	values := map[string]string{}
	for _, line := range settings(d.file("compose.env")) {
		name, value, _ := strings.Cut(line, "=")
		if value != "" {
			d.t.Errorf("compose.env has a value that would work: %s", line)
		}
		values[name] = "secret-of-" + strings.ToLower(strings.ReplaceAll(name, "_", "-"))
	}
	return values
}

// healthy runs a service's own check here, with other words in it.
func (s *service) healthy(d *deployment, environment []string, others ...string) bool {
	d.t.Helper()
	var words []string
	for _, word := range s.Healthcheck.Test {
		words = append(words, strings.NewReplacer(others...).Replace(word))
	}
	switch {
	case len(words) > 1 && words[0] == "CMD":
		words = words[1:]
	case len(words) == 2 && words[0] == "CMD-SHELL":
		words = []string{"sh", "-c", words[1]}
	default:
		d.t.Fatalf("no check is %q", words)
	}
	check := exec.CommandContext(d.t.Context(), words[0], words[1:]...)
	check.Env = append(append(os.Environ(), s.variables()...), environment...)
	return check.Run() == nil
}

// variables are the environment of a service.
func (s *service) variables() (all []string) {
	for _, name := range slices.Sorted(maps.Keys(s.Environment)) {
		all = append(all, name+"="+s.Environment[name])
	}
	return all
}

// Every container is confined, and only nginx can be reached from outside and gets more than nothing.
func TestContainersAreConfined(t *testing.T) {
	t.Parallel()
	d := read(t)
	for name, s := range d.compose(d.secrets()).Services {
		if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Equal(s.SecurityOpt, []string{"no-new-privileges:true"}) || s.Restart != "unless-stopped" {
			t.Errorf("%s is not confined: %+v", name, s)
		}
		if public := name == "nginx"; public != (len(s.Ports) > 0) || public != (len(s.CapAdd) > 0) || public != (len(s.Secrets) > 0) {
			t.Errorf("%s: ports %q, capabilities %q, secrets %v", name, s.Ports, s.CapAdd, s.Secrets)
		}
	}
}

// Only servers reach what stores, which reaches nothing, and addresses and files are those that nginx.conf names.
func TestContainersFindEachOther(t *testing.T) {
	t.Parallel()
	d := read(t)
	c, balancer := d.compose(d.secrets()), d.file("nginx.conf")
	if !c.Networks["storage"].Internal || len(c.Services) != 6 {
		t.Errorf("storage is %+v, for %d services", c.Networks["storage"], len(c.Services))
	}
	for name, s := range c.Services {
		_, storing := s.Networks["storage"]
		switch at := s.Networks["site"].Address; {
		case s.Image == "twodoors":
			if !storing || !strings.Contains(balancer, "server "+at+":8080 ") {
				t.Errorf("%s is in %v", name, s.Networks)
			}
		case storing == (name == "nginx") || len(s.Networks) != 1:
			t.Errorf("%s is in %v", name, s.Networks)
		case name == "nginx" && c.Services["server1"].Environment["TWODOORS_TRUST_PROXY"] != at:
			t.Errorf("servers do not trust nginx at %s", at)
		}
	}
	for _, secret := range c.Services["nginx"].Secrets {
		if c.Secrets[secret.Source].File == "" || !strings.Contains(balancer, secret.Target+";") {
			t.Errorf("nginx gets %+v", secret)
		}
	}
}
