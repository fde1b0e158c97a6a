package tests

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/messente/libverigator/bindings/go/internal/servertest"
)

// needsLibrary is whether a program loads the shared library.
func needsLibrary(t *testing.T, program string) bool {
	t.Helper()
	file, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	needed, err := file.ImportedLibraries()
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(needed, func(name string) bool { return strings.HasPrefix(name, "libverigator") })
}

// logsIn is that a login example works, in this environment.
func logsIn(t *testing.T, server *servertest.Server, environment []string, login string) {
	t.Helper()
	program := start(t, environment, login)
	program.untilAsked(t)
	program.types(t, server.PIN(t, ""))
	if said := program.ends(t, 0); said != "Welcome!\n" {
		t.Fatal(said)
	}
}

func TestAVendoredBuildNeedsNoNetwork(t *testing.T) {
	place := inExamples(t)
	place.run(t, "go", "mod", "vendor")
	header := "vendor/github.com/messente/libverigator/bindings/go/internal/raw/verigator.h"
	if _, err := os.Stat(filepath.Join(place.folder, header)); err != nil {
		t.Fatal(err)
	}
	place.set("GOPROXY=off", "GOMODCACHE="+t.TempDir(), "GOFLAGS=-mod=vendor")
	if !needsLibrary(t, place.build(t, "./login")) {
		t.Error("by default the shared library is linked")
	}
}

func TestTheStaticLibraryByTag(t *testing.T) {
	place := inExamples(t)
	login := place.build(t, "./login", "-tags=verigator_static")
	if needsLibrary(t, login) {
		t.Error("the shared library is linked")
	}
	server := servertest.Start(t)
	logsIn(t, server, append(environment(server), "LD_LIBRARY_PATH=/nowhere"), login)
}

func TestBesideAnotherStaticLibraryInRust(t *testing.T) {
	place := inModule(t, "testdata/beside")
	archive := filepath.Join(place.folder, "libother.a")
	source := filepath.Join(servertest.Repository(), "tests/consumers/other.rs")
	place.run(t, "rustc", "--edition=2024", "--crate-type=staticlib", source, "-o", archive)
	place.set("CGO_LDFLAGS=-L" + place.folder)
	program := start(t, environment(servertest.Start(t)), place.build(t, ".", "-tags=verigator_static"))
	if said := program.ends(t, 0); said != "true, the other says 42, true\n" {
		t.Fatal(said)
	}
}

// As also where another platform is built for, since cgo is off then.
func TestWithoutCgoThereIsOneErrorThatSaysWhatToDo(t *testing.T) {
	place := inExamples(t)
	place.set("CGO_ENABLED=0")
	output, err := place.command("go", "build", "-o", "program", "./login").CombinedOutput()
	if err == nil {
		t.Fatal("it was built")
	}
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	if len(lines) != 2 || !strings.Contains(lines[1], "SET_CGO_ENABLED_1") {
		t.Errorf("%s", output)
	}
}

// cgo refuses others, unless the user allows them by a variable of the environment.
func TestPkgConfigNamesFlagsThatCgoTakes(t *testing.T) {
	for _, flags := range [][]string{{"--cflags", "--libs"}, {"--static", "--cflags", "--libs"}} {
		output, err := exec.Command("pkg-config", append(flags, "verigator")...).Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, flag := range strings.Fields(string(output)) {
			if !regexp.MustCompile(`^-(L.+|l.+|I.+|DVERIGATOR_STATIC|pthread|framework)$`).MatchString(flag) {
				t.Errorf("%s", flag)
			}
		}
	}
}
