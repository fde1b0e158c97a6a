package verigator

import (
	"runtime"
	"sync"

	"github.com/messente/libverigator/bindings/go/internal/raw"
)

// mostAtOnce is how many ended calls are taken out of the library in one go.
const mostAtOnce = 64

// queue hands each call that has ended to the goroutine that waits for it.
//
// One goroutine takes them out, as long as any is under way. It is on a thread of its own while it waits in
// C, and need not be on the same one each time: what the library says of a call is the call's, not the
// thread's.
type queue struct {
	ctx    raw.Handle
	handle raw.Handle
	// freed is closed when both handles are freed.
	freed chan struct{}
	// inC has room for as many goroutines as are in the library at once, to make, read and free calls: others wait in
	// Go, where that takes no thread.
	inC chan struct{}

	mutex   sync.Mutex
	waiting map[uint64]chan<- raw.Ended // by the tag of their call
	lastTag uint64
	// underWay counts the calls that were submitted and not taken out. One may be taken out before it was
	// counted, so that it is below zero for a moment.
	underWay   int
	delivering bool
	closed     bool
	// users are those who may use the handles: calls that are made, and the goroutine that delivers.
	users int
}

func newQueue(ctx, handle raw.Handle) *queue {
	return &queue{
		ctx:     ctx,
		handle:  handle,
		freed:   make(chan struct{}),
		inC:     make(chan struct{}, runtime.GOMAXPROCS(0)),
		waiting: make(map[uint64]chan<- raw.Ended),
	}
}

// enter makes the handles usable until leave; it fails once the queue was closed.
func (q *queue) enter() error {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	if q.closed {
		return notSent(ErrClosed, KindUsage, "the client was closed before the call; make another one")
	}
	q.users++
	return nil
}

// leave ends what enter began. The last to leave a closed queue frees it.
func (q *queue) leave() {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	q.users--
	q.freeIfUnused()
}

// close ends the calls that are under way, and refuses later ones. It waits for nothing.
func (q *queue) close() {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	if q.closed {
		return
	}
	q.closed = true
	// They fail for handles that are none, which these are not yet.
	_ = raw.CtxClose(q.ctx)
	_ = raw.QueueClose(q.handle)
	q.freeIfUnused()
}

// freeIfUnused frees the handles once nobody can use them. The mutex is held.
func (q *queue) freeIfUnused() {
	if q.closed && q.users == 0 {
		raw.QueueFree(q.handle)
		raw.CtxFree(q.ctx)
		close(q.freed)
	}
}

// withinC runs what asks the library, once there is room. It must not run what is the program's.
func (q *queue) withinC(ask func()) {
	q.inC <- struct{}{}
	defer func() { <-q.inC }()
	ask()
}

// expect makes a tag, and who gets the call of that tag.
func (q *queue) expect() (tag uint64, ended <-chan raw.Ended) {
	delivery := make(chan raw.Ended, 1)
	q.mutex.Lock()
	defer q.mutex.Unlock()
	q.lastTag++
	q.waiting[q.lastTag] = delivery
	return q.lastTag, delivery
}

// forget takes back a tag whose call was refused.
func (q *queue) forget(tag uint64) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	delete(q.waiting, tag)
}

// submitted counts a call that was submitted, and sees to it that somebody takes it out.
func (q *queue) submitted() {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	q.underWay++
	if q.underWay > 0 && !q.delivering {
		q.delivering = true
		q.users++
		go q.deliver()
	}
}

// deliver takes ended calls out until none is under way.
func (q *queue) deliver() {
	defer q.leave()
	var ended [mostAtOnce]raw.Ended
	for {
		count, status := raw.QueueNext(q.handle, ended[:])
		if !q.delivered(ended[:count], status) {
			return
		}
	}
}

// delivered hands calls to those who wait for them, and says whether there is more to do.
func (q *queue) delivered(ended []raw.Ended, status int32) bool {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	for _, call := range ended {
		// It has room for the one that ever comes.
		q.waiting[call.Tag] <- call
		delete(q.waiting, call.Tag)
	}
	q.underWay -= len(ended)
	// An empty queue may have got a call since.
	q.delivering = len(ended) > 0 || status == raw.Empty && q.underWay > 0
	return q.delivering
}
