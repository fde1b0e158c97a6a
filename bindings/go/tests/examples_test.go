package tests

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/messente/libverigator/bindings/go/internal/servertest"
)

func TestTheExamplesFromThePackedModule(t *testing.T) {
	place := inExamples(t)
	login := place.build(t, "./login")

	t.Run("a login", func(t *testing.T) {
		server := servertest.Start(t)
		program := start(t, environment(server), login)
		if asked := program.untilAsked(t); asked != "sms PIN: " {
			t.Fatal(asked)
		}
		// No PIN has so many digits.
		program.types(t, "0000000")
		if said := program.untilAsked(t); !strings.Contains(said, "not it") {
			t.Fatal(said)
		}
		program.types(t, server.PIN(t, ""))
		if said := program.ends(t, 0); said != "Welcome!\n" {
			t.Fatal(said)
		}
	})

	t.Run("three wrong codes are a no", func(t *testing.T) {
		program := start(t, environment(servertest.Start(t)), login)
		for range 3 {
			program.untilAsked(t)
			program.types(t, "0000000")
		}
		if said := program.ends(t, 1); said != "That is not it.\nDenied.\n" {
			t.Fatal(said)
		}
	})

	t.Run("a service that cannot be asked is neither a yes nor a no", func(t *testing.T) {
		variables := append(environment(servertest.Start(t)), "VERIGATOR_PASSWORD=wrong")
		start(t, variables, login).ends(t, 2)
	})

	t.Run("failures are told from each other", func(t *testing.T) {
		expected, err := os.ReadFile(filepath.Join(servertest.Repository(), "examples/failures.txt"))
		if err != nil {
			t.Fatal(err)
		}
		program := start(t, environment(servertest.Start(t)), place.build(t, "./failures"))
		if said := program.ends(t, 0); said != string(expected) {
			t.Fatal(said)
		}
	})

	t.Run("a login on net/http", func(t *testing.T) {
		server := servertest.Start(t)
		program := start(t, environment(server), place.build(t, "./nethttp"), "-listen", "127.0.0.1:0")
		line, err := program.screen.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		_, address, _ := strings.Cut(strings.TrimSpace(line), "listening on ")
		logInByBrowser(t, address, func() string { return server.PIN(t, "") })
		if err := program.command.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		program.ends(t, 0)
	})
}

// browser is one at an address.
type browser struct {
	http.Client
	address string
}

func newBrowser(address string) *browser {
	jar, _ := cookiejar.New(nil)
	return &browser{http.Client{Jar: jar}, address}
}

// sees is what comes of a request, to the last page: its status and its text.
func (b *browser) sees(t *testing.T, path string, form url.Values) string {
	t.Helper()
	reply, err := b.Get(b.address + path)
	if form != nil {
		reply.Body.Close()
		reply, err = b.PostForm(b.address+path, form)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	page, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(reply.StatusCode, " ", string(page))
}

// logInByBrowser logs Jane in, and sees to it that nobody else gets in.
func logInByBrowser(t *testing.T, address string, pin func() string) {
	t.Helper()
	jane, mallory := newBrowser(address), newBrowser(address)
	password := url.Values{"name": {"jane"}, "password": {"correct horse"}}
	code := func(code string) url.Values { return url.Values{"code": {code}} }
	for _, step := range []struct {
		who   *browser
		path  string
		form  url.Values
		sees  string
		lacks string
	}{
		{jane, "/", nil, "200", "Welcome"},
		{jane, "/login", url.Values{"name": {"jane"}, "password": {"wrong"}}, "401", "Code"},
		{jane, "/code", code("123456"), "403", "Welcome"},
		{jane, "/login", password, "Code", "Welcome"},
		{jane, "/", nil, "Password", "Welcome"},
		{jane, "/code", code("0000000"), "401", "Welcome"},
		{jane, "/code", code(""), "401", "Welcome"},
		{jane, "/code", code("the PIN"), "Welcome, jane!", "Password"},
		{jane, "/", nil, "Welcome, jane!", "Password"},
		{mallory, "/", nil, "Password", "Welcome"},
		{mallory, "/login", password, "Code", "Welcome"},
		{mallory, "/code", code("0000000"), "401", "Welcome"},
		{mallory, "/code", code("0000000"), "401", "Welcome"},
		{mallory, "/code", code("0000000"), "401", "Welcome"},
		{mallory, "/code", code("the PIN"), "403", "Welcome"},
		{jane, "/logout", url.Values{}, "Password", "Welcome"},
	} {
		if step.form.Get("code") == "the PIN" {
			step.form = code(pin())
		}
		page := step.who.sees(t, step.path, step.form)
		if !strings.Contains(page, step.sees) || strings.Contains(page, step.lacks) {
			t.Fatalf("%s %v: %s", step.path, step.form, page)
		}
	}
}

func TestTheProgramThatTheReadmeStartsWith(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(servertest.Repository(), "bindings/go/README.md"))
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile("(?s)```go\n(.*?)```").FindSubmatch(readme)
	outputs := regexp.MustCompile("(?s)\\$ go run \\.\n(PIN: \\d+\n.*?\n)").FindAllSubmatch(readme, -1)
	if code == nil || len(outputs) != 2 {
		t.Fatal("the README lacks a program or its output")
	}
	server := servertest.Start(t)
	source := strings.ReplaceAll(string(code[1]), "http://127.0.0.1:8080", server.URL)
	files := t.TempDir()
	if err := os.WriteFile(filepath.Join(files, "main.go"), []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	built := inModule(t, files).build(t, ".")
	// The second time, what it needs is there already.
	for _, output := range outputs {
		program := start(t, environment(server), built)
		asked := program.untilAsked(t)
		pin := server.PIN(t, "")
		if strings.Contains(string(output[1]), "000000") {
			pin = "0000000"
		}
		program.types(t, pin)
		said := asked + pin + "\n" + program.ends(t, 0)
		if expected := regexp.MustCompile(`\d{6}`).ReplaceAllString(string(output[1]), pin); said != expected {
			t.Fatalf("it says %q, and in the README %q", said, expected)
		}
	}
}
