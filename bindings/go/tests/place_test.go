package tests

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/messente/libverigator/bindings/go/internal/servertest"
	"github.com/messente/libverigator/bindings/go/tests/module"
)

// version is that of the module as the tests pack it.
const version = "v1.0.0"

// place is an empty place: a folder for a program, and a Go that finds the packed module and nothing else.
type place struct {
	folder      string
	environment []string
}

// root is where all places are. It is the same for each run, and empty at first, so that Go need not build
// again what has not changed.
var root = filepath.Join(servertest.Repository(), "target/go/places")

func TestMain(m *testing.M) {
	if err := prepare(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// prepare empties the places and packs the module for them.
func prepare() error {
	// Go makes the files of its modules unwritable, folders too.
	_ = exec.Command("chmod", "-R", "u+w", root).Run()
	if err := os.RemoveAll(root); err != nil {
		return err
	}
	return module.Pack(filepath.Join(servertest.Repository(), "bindings/go"), version, filepath.Join(root, "proxy"))
}

// newPlace makes one with the files of a folder in it.
func newPlace(t *testing.T, files string) *place {
	t.Helper()
	place := &place{folder: filepath.Join(root, t.Name())}
	place.set("GOPROXY=file://"+filepath.Join(root, "proxy"), "GOSUMDB=off",
		"GOMODCACHE="+filepath.Join(root, "modules"), "GOFLAGS=-mod=mod")
	if err := os.CopyFS(place.folder, os.DirFS(files)); err != nil {
		t.Fatal(err)
	}
	return place
}

// inExamples makes one with the examples in it, which take the module from the proxy.
func inExamples(t *testing.T) *place {
	t.Helper()
	place := newPlace(t, filepath.Join(servertest.Repository(), "examples/go"))
	place.run(t, "go", "mod", "edit", "-dropreplace", module.Path)
	place.run(t, "go", "mod", "tidy")
	return place
}

// inModule makes one for a program of a single file, or of those of a folder.
func inModule(t *testing.T, files string) *place {
	t.Helper()
	place := newPlace(t, files)
	place.run(t, "go", "mod", "init", "example.com/program")
	place.run(t, "go", "get", module.Path+"@"+version)
	return place
}

// set sets variables of the environment.
func (p *place) set(variables ...string) {
	p.environment = append(p.environment, variables...)
}

func (p *place) command(name string, arguments ...string) *exec.Cmd {
	command := exec.Command(name, arguments...)
	command.Dir = p.folder
	command.Env = append(os.Environ(), p.environment...)
	return command
}

// run runs a command that must succeed, and returns what it said.
func (p *place) run(t *testing.T, name string, arguments ...string) string {
	t.Helper()
	output, err := p.command(name, arguments...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(arguments, " "), err, output)
	}
	return string(output)
}

// build builds the program in a folder of the place, and returns where it is.
func (p *place) build(t *testing.T, folder string, flags ...string) string {
	t.Helper()
	program := filepath.Join(p.folder, "built-"+filepath.Base(folder))
	arguments := append([]string{"build", "-o", program}, flags...)
	p.run(t, "go", append(arguments, folder)...)
	return program
}
