// Package measure is what every client in Go has in common; the counterpart of ../../measure.h.
package measure

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// The verification that is measured; the server answers no other.
const (
	Username  = "bench"
	Password  = "bench-password"
	ServiceID = "3896f6a5-4fa5-45b0-845a-be6f99f9e11a"
	UserID    = "d9f3516b-c3c4-4fe9-962a-cc8bf232688f"
	Token     = "123456"
)

// Target is where to call.
type Target struct {
	URL string
	CA  string // the PEM file of the authority, or empty
}

// Call makes one call and returns whether the answer was yes.
type Call func() (bool, error)

// Main measures what makeCall makes as the command line says, and prints a line of JSON. makeCall is called
// once; all goroutines make the call that it returns.
func Main(makeCall func(Target) (Call, error)) {
	var target Target
	flag.StringVar(&target.URL, "url", "", "where to call")
	flag.StringVar(&target.CA, "ca", "", "the PEM file of the authority")
	threads := flag.Int("threads", 1, "goroutines")
	calls := flag.Int("calls", 1000, "calls of each")
	warmup := flag.Int("warmup", 100, "calls of each before")
	flag.Parse()
	call, err := makeCall(target)
	if err != nil {
		log.Fatal(err)
	}
	inAll(*threads, func(int) { makeCalls(call, make([]time.Duration, *warmup)) })
	latencies := make([][]time.Duration, *threads)
	for i := range latencies {
		latencies[i] = make([]time.Duration, *calls)
	}
	start := now()
	inAll(*threads, func(index int) { makeCalls(call, latencies[index]) })
	if err := json.NewEncoder(os.Stdout).Encode(results(start, now(), slices.Concat(latencies...))); err != nil {
		log.Fatal(err)
	}
}

// inAll runs a function in so many goroutines at once.
func inAll(goroutines int, run func(index int)) {
	var group sync.WaitGroup
	group.Add(goroutines)
	for index := range goroutines {
		go func() {
			defer group.Done()
			run(index)
		}()
	}
	group.Wait()
}

// makeCalls makes a call after the other, and takes the time of each.
func makeCalls(call Call, latencies []time.Duration) {
	before := time.Now()
	for index := range latencies {
		if yes, err := call(); err != nil || !yes {
			log.Fatalf("a call was not answered with yes: %v", err)
		}
		after := time.Now()
		latencies[index] = after.Sub(before)
		before = after
	}
}

// stamp is what the measured section starts and ends with.
type stamp struct {
	clock        time.Time
	user, system time.Duration
}

func now() stamp {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	return stamp{time.Now(), time.Duration(usage.Utime.Nano()), time.Duration(usage.Stime.Nano())}
}

func results(start, end stamp, latencies []time.Duration) map[string]any {
	slices.Sort(latencies)
	count := len(latencies)
	percentile := func(of100 int) float64 { return latencies[count*of100/100].Seconds() * 1e6 }
	return map[string]any{
		"calls":       count,
		"elapsed_s":   end.clock.Sub(start.clock).Seconds(),
		"p50_us":      percentile(50),
		"p90_us":      percentile(90),
		"p99_us":      percentile(99),
		"user_s":      (end.user - start.user).Seconds(),
		"system_s":    (end.system - start.system).Seconds(),
		"peak_rss_kb": processStatus("VmHWM"),
		"threads":     processStatus("Threads"),
	}
}

// processStatus is a number that the system tells of this process.
func processStatus(name string) (number int) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		log.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "\n"+name+":")
	if _, err := fmt.Sscan(rest, &number); err != nil {
		log.Fatalf("/proc/self/status tells no %s", name)
	}
	return number
}
