package deploy

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/go-json-experiment/json"
)

// image is what docs/deploy/Containerfile builds: a folder as the root of everything, and what is run there as whom.
type image struct {
	root                string
	user                syscall.Credential
	entrypoint, command []string
}

// instruction is a line of a Containerfile: no line of ours goes on in the next.
var instruction = regexp.MustCompile(`(?m)^([A-Z]+) (.*)$`)

// containerfile are the instructions of each stage, its FROM first.
func (d *deployment) containerfile() (stages [][][]string) {
	d.t.Helper()
	for _, line := range instruction.FindAllStringSubmatch(d.file("Containerfile"), -1) {
		if line[1] == "FROM" {
			stages = append(stages, nil)
		}
		last := len(stages) - 1
		stages[last] = append(stages[last], line[1:])
	}
	if len(stages) != 2 {
		d.t.Fatalf("Containerfile has %d stages", len(stages))
	}
	return stages
}

// build runs the commands of the first stage here, and returns what is /out there.
func (d *deployment) build() (out string) {
	d.t.Helper()
	out = filepath.Join(d.folder, "out")
	for _, line := range d.containerfile()[0] {
		if line[0] != "RUN" {
			continue
		}
		command := exec.CommandContext(d.t.Context(), "sh", "-ec", strings.ReplaceAll(line[1], "/out", out))
		command.Dir = filepath.Join("..", "..")
		if said, err := command.CombinedOutput(); err != nil {
			d.t.Fatalf("%s: %v: %s", line[1], err, said)
		}
	}
	return out
}

// image copies the files of the second stage into an empty folder, from what was built.
func (d *deployment) image(out string) *image {
	d.t.Helper()
	made := &image{root: filepath.Join(d.folder, "root")}
	if err := os.Mkdir(made.root, 0o755); err != nil {
		d.t.Fatal(err)
	}
	for _, line := range d.containerfile()[1][1:] {
		if line[0] == "COPY" {
			d.copy(made.root, out, strings.Fields(line[1]))
		} else {
			d.describe(made, line[0], line[1])
		}
	}
	return made
}

// copy puts one file or one empty folder where COPY says, for the user that it says.
func (d *deployment) copy(root, out string, words []string) {
	d.t.Helper()
	from, to := words[len(words)-2], filepath.Join(root, words[len(words)-1])
	if words[0] != "--from=build" {
		d.t.Fatalf("COPY from elsewhere: %q", words)
	}
	if strings.HasSuffix(words[len(words)-1], "/") {
		to = filepath.Join(to, filepath.Base(from))
	}
	from = strings.Replace(from, "/out", out, 1)
	about, err := os.Stat(from)
	if os.IsNotExist(err) && strings.HasPrefix(from, "/etc/ssl/") {
		return // the builder has certificates; this machine may have none
	}
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o755)
	}
	if err == nil && about.IsDir() {
		err = os.Mkdir(to, about.Mode().Perm())
	} else if err == nil {
		err = copyFile(from, to, about.Mode().Perm())
	}
	if user, found := strings.CutPrefix(words[1], "--chown="); err == nil && found {
		owner := credential(d.t, user)
		err = os.Chown(to, int(owner.Uid), int(owner.Gid))
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

func copyFile(from, to string, mode fs.FileMode) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, mode)
}

// describe notes how the image is run.
func (d *deployment) describe(made *image, name, words string) {
	d.t.Helper()
	switch name {
	case "USER":
		made.user = credential(d.t, words)
	case "ENTRYPOINT":
		made.entrypoint = list(d.t, words)
	case "CMD":
		made.command = list(d.t, words)
	case "VOLUME", "EXPOSE":
	default:
		d.t.Fatalf("Containerfile has %s %s", name, words)
	}
}

// credential is a user and a group by their numbers: without /etc/passwd there are no names.
func credential(t *testing.T, text string) syscall.Credential {
	t.Helper()
	user, group, _ := strings.Cut(text, ":")
	uid, err := strconv.ParseUint(user, 10, 32)
	if err != nil || uid == 0 {
		t.Fatalf("the user %q is no number, or root's", user)
	}
	gid, err := strconv.ParseUint(group, 10, 32)
	if err != nil || gid == 0 {
		t.Fatalf("the group %q is no number, or root's", group)
	}
	return syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func list(t *testing.T, text string) (all []string) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return all
}

// run is the command of a container: with the image's files and its user, no privileges and no environment but this.
func (i *image) run(arguments, environment []string) *exec.Cmd {
	command := exec.Command(i.entrypoint[0], append(i.entrypoint[1:], arguments...)...)
	command.Dir, command.Env = "/", environment
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: i.root, Credential: &i.user}
	return command
}

// written are the files of the image that belong to its user, by their names.
func (i *image) written(t *testing.T) (names []string) {
	t.Helper()
	err := filepath.WalkDir(i.root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		about, err := entry.Info()
		if err == nil && about.Sys().(*syscall.Stat_t).Uid == i.user.Uid {
			name, _ := filepath.Rel(i.root, path)
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// asRoot skips a test that only root can run.
func asRoot(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("be root to run this test: it puts processes into an empty folder, as another user")
	}
}

// The image is built with the Go of go.mod and holds nothing but the program.
func TestImageIsMadeFromNothing(t *testing.T) {
	t.Parallel()
	d := read(t)
	stages := d.containerfile()
	required := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(d.file("../../go.mod"))[1]
	if from := stages[0][0][1]; from != "golang:"+required+" AS build" {
		t.Errorf("it is built with %s, and go.mod needs %s", from, required)
	}
	if from := stages[1][0][1]; from != "scratch" {
		t.Errorf("it is made from %s", from)
	}
}

// What Containerfile builds runs in an empty folder with only what the image has, as its user, without a container
// engine.
func TestContainersWithoutAnEngine(t *testing.T) {
	t.Parallel()
	asRoot(t)
	out := read(t).build()
	t.Run("the image alone", func(t *testing.T) {
		t.Parallel()
		imageAlone(t, out)
	})
	t.Run("all services", func(t *testing.T) {
		t.Parallel()
		allServices(t, out)
	})
}

// imageAlone is a server that keeps all in its volume.
func imageAlone(t *testing.T, out string) {
	d := read(t)
	made, address := d.image(out), freeAddress(t, "127.0.0.1")
	arguments := strings.Fields(strings.ReplaceAll(strings.Join(made.command, " "), "0.0.0.0:8080", address))
	server := d.start(address, made.run(arguments, nil))
	d.untilReady(server)
	v := d.direct(server)
	v.logIn()
	v.both(200, 200)
	if err := server.end(); err != nil {
		t.Errorf("asked to end: %v", err)
	}
	if names := made.written(t); strings.Join(names, " ") != "data data/twodoors.db tmp" {
		t.Errorf("it owns %q", names)
	}
}
