// Package servertest runs what the tests talk to: the real server, and one that answers what a test says.
package servertest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
)

// Username and Password are those of the development account.
const (
	Username = "demo"
	Password = "demo-password"
)

// Repository is the root of the repository.
func Repository() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "../../../..")
}

// Server is a running verigator-server with its development account, and a database in memory.
type Server struct {
	URL   string
	names atomic.Int64
}

// Start starts a server that ends with the test. VERIGATOR_SERVER names the program; otherwise it is the
// one that cargo builds.
func Start(t testing.TB) *Server {
	t.Helper()
	program := os.Getenv("VERIGATOR_SERVER")
	if program == "" {
		program = filepath.Join(Repository(), "target/debug/verigator-server")
	}
	url := StartProgram(t, program, "--dev", "--database", ":memory:", "--listen", "127.0.0.1:0", "--chaos")
	return &Server{URL: url}
}

// StartProgram starts a program that prints "listening on" and a URL, which it returns. It ends with the
// test.
func StartProgram(t testing.TB, program string, arguments ...string) string {
	t.Helper()
	command := exec.Command(program, arguments...)
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		input.Close()
		command.Process.Kill()
		command.Wait()
	})
	line, err := bufio.NewReader(output).ReadString('\n')
	_, url, found := strings.Cut(strings.TrimSpace(line), "listening on ")
	if !found {
		t.Fatalf("%s did not start: %q, %v", program, line, err)
	}
	go io.Copy(io.Discard, output)
	return url
}

// HostName is one that no service has yet.
func (s *Server) HostName() string {
	return fmt.Sprintf("login%d.example.com", s.names.Add(1))
}

// PIN is the one that this user was sent last; of an empty id, anybody.
func (s *Server) PIN(t testing.TB, userID string) string {
	t.Helper()
	query := ""
	if userID != "" {
		query = "?user_id=" + userID
	}
	var outbox struct{ Messages []struct{ PIN string } }
	s.ask(t, http.MethodGet, "/_/outbox"+query, nil, &outbox)
	if len(outbox.Messages) == 0 {
		t.Fatal("nobody was sent a PIN")
	}
	return outbox.Messages[len(outbox.Messages)-1].PIN
}

// Misbehave has the next such operations go wrong, as the rule of the server's chaos says.
func (s *Server) Misbehave(t testing.TB, rule string) {
	t.Helper()
	s.ask(t, http.MethodPut, "/_/chaos", strings.NewReader("["+rule+"]"), nil)
}

func (s *Server) ask(t testing.TB, method, path string, body io.Reader, answer any) {
	t.Helper()
	request, err := http.NewRequest(method, s.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %s", method, path, reply.Status)
	}
	if answer != nil {
		if err := json.NewDecoder(reply.Body).Decode(answer); err != nil {
			t.Fatal(err)
		}
	}
}

// Silent is a server that answers nothing. Came gets the path of each request, as long as there is room.
type Silent struct {
	URL  string
	Came chan string
}

// StartSilent starts one that ends with the test.
func StartSilent(t testing.TB, room int) *Silent {
	t.Helper()
	over := make(chan struct{})
	silent := &Silent{Came: make(chan string, room)}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		io.Copy(io.Discard, request.Body)
		select {
		case silent.Came <- request.URL.Path:
		default: // more came than the test looks at
		}
		select {
		case <-over:
		case <-request.Context().Done():
		}
	}))
	silent.URL = server.URL
	t.Cleanup(func() {
		close(over)
		server.CloseClientConnections()
		server.Close()
	})
	return silent
}

// Answering is a server that answers everything with status and body.
func Answering(t testing.TB, status int, body string, headers ...string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		io.Copy(io.Discard, request.Body)
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
