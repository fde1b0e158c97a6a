package verigator_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	verigator "github.com/messente/libverigator/bindings/go"
	"github.com/messente/libverigator/bindings/go/internal/servertest"
)

// eventually waits for what comes true by itself, such as the end of a thread that nobody waits for.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// goroutines is how many goroutines are in a function whose name has this in it.
func goroutines(t testing.TB, name string) (count int) {
	t.Helper()
	stacks := make([]byte, 64<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	for _, stack := range strings.Split(string(stacks), "\n\n") {
		// The test's own is one too.
		if strings.Contains(stack, name) && !strings.Contains(stack, "testing.tRunner") {
			count++
		}
	}
	return count
}

// threads are the names of this process's threads.
func threads(t testing.TB) (names []string) {
	t.Helper()
	files, err := filepath.Glob("/proc/self/task/*/comm")
	if err != nil || len(files) == 0 {
		t.Skipf("NOT RUN: this system does not tell of threads: %v", err)
	}
	for _, file := range files {
		// One may have ended since.
		if name, err := os.ReadFile(file); err == nil {
			names = append(names, strings.TrimSpace(string(name)))
		}
	}
	return names
}

// queueThreads is how many threads of the library's queues there are.
func queueThreads(t testing.TB) (count int) {
	t.Helper()
	for _, name := range threads(t) {
		if strings.HasPrefix(name, "verigator") {
			count++
		}
	}
	return count
}

// inGroup runs a function in a goroutine of this group.
func inGroup(group *sync.WaitGroup, run func()) {
	group.Add(1)
	go func() {
		defer group.Done()
		run()
	}()
}

// untilSubmitted is a context that is asked for its end once its call was submitted, and has none.
type untilSubmitted struct {
	context.Context
	submitted *sync.WaitGroup
}

func (c untilSubmitted) Done() <-chan struct{} {
	c.submitted.Done()
	return nil
}

// manyCalls makes more calls at once than a process may have threads, has finish end them, and hands what
// they came to to judge. Go never ends a thread, so that those at the end are the most there were.
func manyCalls(t *testing.T, finish func(client *verigator.Client, release func()), judge func(error) bool) {
	t.Helper()
	const calls = 20_000
	// Go itself has a thread for each core.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	released := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		select {
		case <-released:
		case <-request.Context().Done():
		}
		io.WriteString(w, aService)
	}))
	defer server.Close()
	client := newClient(t, server.URL, verigator.WithTimeout(10*time.Minute))
	var submitted, ended sync.WaitGroup
	submitted.Add(calls)
	outcomes := make(chan error, calls)
	for range calls {
		inGroup(&ended, func() {
			_, err := client.Service(untilSubmitted{context.Background(), &submitted}, "s1")
			outcomes <- err
		})
	}
	submitted.Wait()
	finish(client, func() { close(released) })
	ended.Wait()
	if threads := len(threads(t)); threads >= 50 {
		t.Errorf("%d threads", threads)
	}
	for range calls {
		if err := <-outcomes; !judge(err) {
			t.Fatal(err)
		}
	}
}

func TestTwentyThousandCallsUnderWayAreAnsweredOnFiftyThreads(t *testing.T) {
	manyCalls(t, func(_ *verigator.Client, release func()) {
		release()
	}, func(err error) bool {
		return err == nil
	})
}

func TestTwentyThousandCallsUnderWayAreClosedOnFiftyThreads(t *testing.T) {
	manyCalls(t, func(client *verigator.Client, _ func()) {
		client.Close()
	}, func(err error) bool {
		return errors.Is(err, verigator.ErrCancelled)
	})
}

func TestCloseEndsWhatIsUnderWayAndLeavesNothing(t *testing.T) {
	const calls = 300
	// Those of clients before end by themselves.
	eventually(t, "there is no thread of a queue", func() bool { return queueThreads(t) == 0 })
	silent := servertest.StartSilent(t, calls)
	client := newClient(t, silent.URL)
	outcomes := make(chan error, calls)
	for range calls {
		go func() {
			_, err := client.Initiate(context.Background(), "s1", "u1", verigator.MethodSMS)
			outcomes <- err
		}()
	}
	<-silent.Came
	if queueThreads(t) != 1 {
		t.Errorf("one thread makes all calls, not %v", threads(t))
	}
	var closing sync.WaitGroup
	for range 3 {
		inGroup(&closing, func() { client.Close() })
	}
	closing.Wait()
	for range calls {
		err := <-outcomes
		if !errors.Is(err, verigator.ErrCancelled) && !errors.Is(err, verigator.ErrClosed) {
			t.Fatal(err)
		}
		if errors.Is(err, context.Canceled) {
			t.Fatalf("it was not the context: %v", err)
		}
	}
	eventually(t, "the thread of the queue ends", func() bool { return queueThreads(t) == 0 })
	eventually(t, "the goroutine of the queue ends", func() bool { return goroutines(t, "(*queue)") == 0 })

	_, err := client.Service(context.Background(), "s1")
	if !errors.Is(err, verigator.ErrClosed) || failureOf(t, err).MaybeSent {
		t.Error(err)
	}
	client.CloseIdle()
}

func TestAClientThatIsIdleHoldsNoGoroutine(t *testing.T) {
	client := newClient(t, servertest.Answering(t, 200, aService))
	must[verigator.Service](t)(client.Service(t.Context(), "s1"))
	eventually(t, "the goroutine of the queue ends", func() bool { return goroutines(t, "(*queue)") == 0 })
	client.CloseIdle()
	must[verigator.Service](t)(client.Service(t.Context(), "s1"))
}

func TestAClientThatIsDroppedIsFreed(t *testing.T) {
	url := servertest.Answering(t, 200, aService)
	func() {
		client, err := verigator.New("user", "secret", verigator.WithBaseURL(url))
		if err != nil {
			t.Fatal(err)
		}
		must[verigator.Service](t)(client.Service(t.Context(), "s1"))
	}()
	eventually(t, "its thread ends", func() bool {
		runtime.GC()
		return queueThreads(t) == 0
	})
}

func TestAClientThatIsNotUsedAnyMoreLivesUntilItsCallsEnd(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for range 10 {
			runtime.GC()
		}
		io.WriteString(w, aService)
	}))
	defer server.Close()
	client, err := verigator.New("user", "secret", verigator.WithBaseURL(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	must[verigator.Service](t)(client.Service(t.Context(), "s1"))
}

func TestNothingButCallsIsNeededAfterTheyFailedToStart(t *testing.T) {
	client := newClient(t, servertest.Answering(t, 200, aService))
	for range 1000 {
		if _, err := client.Service(t.Context(), ""); !errors.Is(err, verigator.ErrInvalidArgument) {
			t.Fatal(err)
		}
	}
	must[verigator.Service](t)(client.Service(t.Context(), "s1"))
}

// inChild runs this test again in a process of its own, in which it returns true.
func inChild(t *testing.T, environment ...string) (child bool, run func() ([]byte, int)) {
	t.Helper()
	if os.Getenv("VERIGATOR_TEST_CHILD") == t.Name() {
		return true, nil
	}
	return false, func() ([]byte, int) {
		command := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.timeout=60s")
		command.Env = append(append(os.Environ(), "VERIGATOR_TEST_CHILD="+t.Name()), environment...)
		output, _ := command.CombinedOutput()
		return output, command.ProcessState.ExitCode()
	}
}

func TestAProgramEndsWithCallsUnderWay(t *testing.T) {
	const calls = 1000
	child, run := inChild(t)
	if !child {
		for range 3 {
			if output, code := run(); code != 7 {
				t.Fatalf("it ended with %d: %s", code, output)
			}
		}
		return
	}
	silent := servertest.StartSilent(t, calls)
	client := newClient(t, silent.URL)
	for range calls {
		go client.Service(context.Background(), "s1")
	}
	<-silent.Came
	os.Exit(7)
}

func TestChildrenGetNeitherDescriptorsNorBlockedSignals(t *testing.T) {
	before := stateOfAChild(t)
	silent := servertest.StartSilent(t, 1)
	client := newClient(t, silent.URL)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go client.Service(ctx, "s1")
	<-silent.Came
	if now := stateOfAChild(t); now != before {
		t.Errorf("a child has %s, and before there was a client %s", now, before)
	}
}

// stateOfAChild is which descriptors a program has that this one starts, and the signals that it blocks.
func stateOfAChild(t testing.TB) string {
	t.Helper()
	descriptors, err := exec.Command("ls", "/proc/self/fd").CombinedOutput()
	if err != nil {
		t.Skipf("NOT RUN: this system does not tell of descriptors: %s", descriptors)
	}
	blocked, err := exec.Command("grep", "SigBlk", "/proc/self/status").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(descriptors)+string(blocked)), " ")
}

func TestNoHandlerOfASignalIsSet(t *testing.T) {
	child, run := inChild(t)
	if !child {
		if output, code := run(); code != 0 {
			t.Fatalf("%s", output)
		}
		return
	}
	before := caught(t)
	client := newClient(t, servertest.Answering(t, 200, aService))
	must[verigator.Service](t)(client.Service(t.Context(), "s1"))
	client.Close()
	if after := caught(t); before != after {
		t.Errorf("%s, before it was %s", after, before)
	}
}

// caught is which signals this process handles.
func caught(t testing.TB) string {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skipf("NOT RUN: this system does not tell of signals: %v", err)
	}
	_, rest, _ := strings.Cut(string(status), "SigCgt:")
	mask, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(mask)
}

func TestEachOfManyCallsAtOnceGetsItsOwnAnswer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		fmt.Fprintf(w, `{"id":%q,"name":"Example","ctime":"2017-07-06T13:12:03.141Z"}`, filepath.Base(request.URL.Path))
	}))
	defer server.Close()
	client := newClient(t, server.URL)
	var calls sync.WaitGroup
	for worker := range 64 {
		inGroup(&calls, func() {
			for call := range 50 {
				id := fmt.Sprintf("s%d-%d", worker, call)
				if service, err := client.Service(context.Background(), id); err != nil || service.ID != id {
					t.Errorf("%s got %+v, %v", id, service, err)
				}
			}
		})
	}
	calls.Wait()
}

func TestCallsLeaveNoMemoryBehind(t *testing.T) {
	child, run := inChild(t)
	if !child {
		if output, code := run(); code != 0 {
			t.Fatalf("%s", output)
		}
		return
	}
	// What a call leaves behind is as large as what it was answered with.
	large := strings.Repeat("x", 10_000)
	answered := newClient(t, servertest.Answering(t, 200, strings.Replace(aService, "Example", large, 1)))
	refused := newClient(t, servertest.Answering(t, 404, `{"message":"`+large+`"}`))
	calls := func(count int) {
		for range count {
			must[verigator.Service](t)(answered.Service(t.Context(), "s1"))
			if _, err := refused.Service(t.Context(), "s1"); !errors.Is(err, verigator.ErrNotFound) {
				t.Fatal(err)
			}
		}
	}
	calls(1000)
	before := residentBytes(t)
	calls(5000)
	if grown := residentBytes(t) - before; grown > 30<<20 {
		t.Errorf("10,000 calls took %d bytes", grown)
	}
}

// residentBytes is how much memory this process has, with nothing that Go would give back.
func residentBytes(t testing.TB) int {
	t.Helper()
	debug.FreeOSMemory()
	var pages, resident int
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skipf("NOT RUN: this system does not tell of memory: %v", err)
	}
	if _, err := fmt.Sscan(string(statm), &pages, &resident); err != nil {
		t.Fatal(err)
	}
	return resident * os.Getpagesize()
}
