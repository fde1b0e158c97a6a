package verigator

import (
	"context"
	"math"
	"runtime"
	"time"

	"github.com/messente/libverigator/bindings/go/internal/raw"
)

// longestTimeout is the longest that the library takes for a call.
const longestTimeout = time.Hour

// starter starts a call at a place.
type starter func(raw.Place) (raw.Handle, *raw.Failure)

// do makes a call, waits for it, and takes its answer, if it can.
func do[T any](ctx context.Context, c *Client, start starter, take func(raw.Handle) (T, bool)) (T, error) {
	var none T
	timeout, err := c.timeoutOf(ctx)
	if err != nil {
		return none, endedBefore(ctx, err)
	}
	ended, err := c.run(ctx, start, timeout)
	// Until here it is in use, so that the collector does not take it for dropped.
	runtime.KeepAlive(c)
	if err != nil {
		return none, err
	}
	var answer T
	var failure *raw.Failure
	var lines []logLine
	taken := false
	c.queue.withinC(func() {
		defer raw.CallFree(ended.Call)
		if c.logger != nil {
			lines = logLines(ended.Call)
		}
		if ended.Status != 0 {
			failure = raw.CallFailure(ended.Call, ended.Status)
			return
		}
		answer, taken = take(ended.Call)
	})
	log(ctx, c.logger, lines)
	switch {
	case failure != nil:
		return none, failed(ctx, failure, 0 < timeout && timeout <= longestTimeout)
	case !taken:
		return none, notTaken()
	}
	return answer, nil
}

// timeoutOf is how much of a context's time is left, 0 if the client's own time-out comes first; or what
// it ended with.
func (c *Client) timeoutOf(ctx context.Context) (time.Duration, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	deadline, ok := ctx.Deadline()
	if !ok {
		return 0, nil
	}
	left := time.Until(deadline)
	if left <= 0 {
		return 0, context.DeadlineExceeded
	}
	if c.timeout > 0 && c.timeout <= left {
		return 0, nil
	}
	return left, nil
}

// run makes a call and returns it when it has ended: in time, at its deadline, or because its context was
// cancelled.
func (c *Client) run(ctx context.Context, start starter, timeout time.Duration) (raw.Ended, error) {
	if err := c.queue.enter(); err != nil {
		return raw.Ended{}, err
	}
	defer c.queue.leave()
	tag, delivery := c.queue.expect()
	place := raw.Place{Ctx: c.ctx, Queue: c.queue.handle, Tag: tag, TimeoutMS: wholeMilliseconds(timeout)}
	var call raw.Handle
	var failure *raw.Failure
	c.queue.withinC(func() { call, failure = start(place) })
	if failure != nil {
		c.queue.forget(tag)
		return raw.Ended{}, newError(failure)
	}
	c.queue.submitted()
	select {
	case ended := <-delivery:
		return ended, nil
	case <-ctx.Done():
		// The library has the deadline too, and ends the call by itself.
		if timeout == 0 || ctx.Err() != context.DeadlineExceeded {
			c.queue.withinC(func() { raw.CallCancel(call) })
		}
		return <-delivery, nil
	}
}

// wholeMilliseconds is a time-out as the library takes it, rounded up so that the context ends first.
func wholeMilliseconds(timeout time.Duration) int64 {
	return int64(math.Ceil(float64(min(timeout, longestTimeout)) / float64(time.Millisecond)))
}

// failed is why a call failed that has ended; byDeadline is whether its time-out was its context's.
func failed(ctx context.Context, failure *raw.Failure, byDeadline bool) error {
	told := newError(failure).(*Error)
	switch err := ctx.Err(); {
	case told.Status == ErrTimeout && byDeadline:
		told.causes = causesOf(ctx, context.DeadlineExceeded)
	case told.Status == ErrCancelled && err != nil:
		told.causes = causesOf(ctx, err)
	}
	return told
}
