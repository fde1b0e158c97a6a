package tests

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/messente/libverigator/bindings/go/internal/servertest"
)

// program is one that runs, with somebody at its keyboard.
type program struct {
	command  *exec.Cmd
	keyboard io.WriteCloser
	screen   *bufio.Reader
}

// environment is where the library is and where the service is, for a program that runs.
func environment(server *servertest.Server) []string {
	return append(os.Environ(),
		"LD_LIBRARY_PATH="+libraries(),
		"VERIGATOR_USERNAME="+servertest.Username,
		"VERIGATOR_PASSWORD="+servertest.Password,
		"VERIGATOR_BASE_URL="+server.URL,
	)
}

// libraries is the folder that the library is installed in.
func libraries() string {
	folder, err := exec.Command("pkg-config", "--variable=libdir", "verigator").Output()
	if err != nil {
		panic(err)
	}
	return strings.TrimSpace(string(folder))
}

// start starts a program, which ends with the test.
func start(t *testing.T, environment []string, path string, arguments ...string) *program {
	t.Helper()
	command := exec.Command(path, arguments...)
	command.Env = environment
	keyboard, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	screen, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { command.Process.Kill() })
	return &program{command, keyboard, bufio.NewReader(screen)}
}

// untilAsked is what it prints up to a question.
func (p *program) untilAsked(t *testing.T) string {
	t.Helper()
	said := ""
	for !strings.HasSuffix(said, ": ") {
		next, err := p.screen.ReadByte()
		if err != nil {
			t.Fatalf("it ended: %s", said)
		}
		said += string(next)
	}
	return said
}

func (p *program) types(t *testing.T, line string) {
	t.Helper()
	if _, err := io.WriteString(p.keyboard, line+"\n"); err != nil {
		t.Fatal(err)
	}
}

// ends is what else it prints, before it ends with this code.
func (p *program) ends(t *testing.T, code int) string {
	t.Helper()
	said, err := io.ReadAll(p.screen)
	if err != nil {
		t.Fatal(err)
	}
	p.command.Wait()
	if ended := p.command.ProcessState.ExitCode(); ended != code {
		t.Fatalf("it ended with %d: %s", ended, said)
	}
	return string(said)
}
