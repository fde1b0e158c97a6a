package raw

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// callsBack is what a loop in C needs: here a goroutine waits in the queue, and no function of Go is called
// from C. inGo has neither handles nor errors, so that no function of the shim is needed.
var (
	callsBack = []string{"verigator_queue_fd", "verigator_queue_set_wake", "verigator_config_set_log"}
	inGo      = []string{"verigator_version", "verigator_status_name"}
)

func TestEveryFunctionThatDoesNotBlockIsCalledOrThereIsAReason(t *testing.T) {
	var description struct {
		Functions []struct {
			Name   string
			Blocks bool
		}
	}
	text, err := os.ReadFile("../../../../include/verigator.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &description); err != nil {
		t.Fatal(err)
	}
	called := inShim(t)
	for _, function := range description.Functions {
		needed := !function.Blocks && !slices.Contains(callsBack, function.Name) && !slices.Contains(inGo, function.Name)
		// What waits for an ended call is called all the same.
		needed = needed || function.Name == "verigator_queue_next"
		if isCalled := strings.Contains(called, function.Name+"("); isCalled != needed {
			t.Errorf("%s: it is called: %t", function.Name, isCalled)
		}
	}
}

// inShim is the shim, with what its macros make of the names that they are given.
func inShim(t *testing.T) string {
	t.Helper()
	shim, err := os.ReadFile("shim.h")
	if err != nil {
		t.Fatal(err)
	}
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
	return called
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
