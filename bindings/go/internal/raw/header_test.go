package raw

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// blocks is what waits on its thread for what a call does without. callsBack is what a loop in C needs:
// here a goroutine waits in the queue, and no function of Go is called from C.
var (
	blocks = regexp.MustCompile(`^verigator_(auth_(initiate|start|verify|check|check_token)` +
		`|service_(create|get|find|page|delete)|user_(create|get|list|page|unlock|delete)` +
		`|totp_(begin|link_create|confirm|get|delete)|recovery_codes_(create|remaining|delete)|call_(run|step))$`)
	callsBack = regexp.MustCompile(`^verigator_(queue_fd|queue_set_wake|config_set_log)$`)
	// inGo has neither handles nor errors, so that no function of the shim is needed.
	inGo = regexp.MustCompile(`^verigator_(version|status_name)$`)
)

func TestEveryFunctionOfTheHeaderIsCalledOrThereIsAReason(t *testing.T) {
	header, err := os.ReadFile("verigator.h")
	if err != nil {
		t.Fatal(err)
	}
	shim, err := os.ReadFile("shim.h")
	if err != nil {
		t.Fatal(err)
	}
	// What macros make of a name that they are given.
	called := string(shim)
	for macro, function := range map[string]string{
		`SETTER`:          "verigator_config_%s(",
		`OPERATION_[123]`: "verigator_call_%s(",
		`FREE`:            "verigator_%s_free(",
	} {
		for _, use := range regexp.MustCompile(macro+`\((\w+)`).FindAllStringSubmatch(string(shim), -1) {
			called += fmt.Sprintf(function, use[1])
		}
	}
	declared := regexp.MustCompile(`VERIGATOR_CALL (verigator_\w+)\(`).FindAllStringSubmatch(string(header), -1)
	if len(declared) < 100 {
		t.Fatalf("the header has %d functions", len(declared))
	}
	for _, function := range declared {
		name := function[1]
		needed := !blocks.MatchString(name) && !callsBack.MatchString(name) && !inGo.MatchString(name)
		if isCalled := strings.Contains(called, name+"("); isCalled != needed {
			t.Errorf("%s: it is called: %t", name, isCalled)
		}
	}
}

func TestAVersionHasThreeNumbers(t *testing.T) {
	version := regexp.MustCompile(`^\d+\.\d+\.\d+$`)
	if !version.MatchString(HeaderVersion()) || !version.MatchString(LibraryVersion()) {
		t.Errorf("%q, %q", HeaderVersion(), LibraryVersion())
	}
}

func TestTextGoesToCAsItKnowsIt(t *testing.T) {
	for text, bytes := range map[string]string{
		"":         "\x00",
		"a\x00b":   "a\xc0\x80b\x00",
		"no \xff":  "no \xff\x00",
		"täyttä ✓": "täyttä ✓\x00",
	} {
		if in := textIn(text); string(in) != bytes {
			t.Errorf("%q is %q", text, in)
		}
	}
	if optionalTextIn(nil).c() != nil {
		t.Error("nil is NULL")
	}
}

func TestACopyOfASecretIsWiped(t *testing.T) {
	secret := textIn("secret")
	secret.wipe()
	if strings.Trim(string(secret), "\x00") != "" {
		t.Errorf("%q", secret)
	}
}

func TestCancellingACallThatIsNoneDoesNothing(t *testing.T) {
	CallCancel(0)
	CallCancel(1 << 48)
}
