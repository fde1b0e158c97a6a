package verigator

import (
	"log/slog"
	"runtime"
	"time"

	"github.com/messente/libverigator/bindings/go/internal/raw"
)

// Client makes the calls to one Verigator service with one account. Any number of goroutines may use it at
// once.
//
// Close it when it is no longer needed. One that is dropped without is freed when the collector finds it,
// which ends its thread and nothing else: as long as a call is under way, it is not dropped.
type Client struct {
	ctx     raw.Handle
	timeout time.Duration
	logger  *slog.Logger
	queue   *queue
	dropped runtime.Cleanup
}

// New makes a client with API credentials. Nothing is sent yet.
//
// They travel in a header: both are 1 to 1024 bytes of printable ASCII without a blank at either end, and
// the username has no colon. [ErrInvalidConfig], [ErrInvalidArgument]: an option, or the options together,
// cannot be used.
func New(username, password string, opts ...Option) (*Client, error) {
	config, failure := raw.ConfigNew(username, password)
	return newClient(config, failure, opts)
}

// NewFromEnv makes a client with what the environment says; nothing else in this package reads it.
//
// VERIGATOR_USERNAME and VERIGATOR_PASSWORD must be set; VERIGATOR_BASE_URL, HTTPS_PROXY, http_proxy,
// ALL_PROXY and NO_PROXY may be. opts come after them. [ErrInvalidConfig] names the variable that is
// missing or cannot be used.
func NewFromEnv(opts ...Option) (*Client, error) {
	config, failure := raw.ConfigFromEnv()
	return newClient(config, failure, opts)
}

func newClient(config raw.Handle, failure *raw.Failure, opts []Option) (*Client, error) {
	if failure != nil {
		return nil, newError(failure)
	}
	defer raw.ConfigFree(config)
	options := &options{config: config}
	for _, option := range append([]Option{WithUserAgent(products())}, opts...) {
		if err := option(options); err != nil {
			return nil, err
		}
	}
	ctx, failure := raw.CtxNew(config)
	if failure != nil {
		return nil, newError(failure)
	}
	handle, failure := raw.QueueNew(ctx)
	if failure != nil {
		raw.CtxFree(ctx)
		return nil, newError(failure)
	}
	client := &Client{
		ctx:     ctx,
		timeout: options.timeout,
		logger:  options.logger,
		queue:   newQueue(ctx, handle),
	}
	client.dropped = runtime.AddCleanup(client, (*queue).close, client.queue)
	return client, nil
}

// products is what this package calls itself.
func products() string {
	return "verigator-go/" + raw.HeaderVersion() + " libverigator/" + raw.LibraryVersion()
}

// Version is the version of the library that this program runs with, such as "1.0.0".
func Version() string {
	return raw.LibraryVersion()
}

// Close ends the calls that are under way ([ErrCancelled]), waits for that, which takes milliseconds, and
// frees what the client has. Later calls fail with [ErrClosed]. A second time does nothing. It never fails;
// the error makes the client an [io.Closer].
func (c *Client) Close() error {
	c.dropped.Stop()
	c.queue.close()
	<-c.queue.freed
	return nil
}

// CloseIdle closes the connections that no call uses now; later calls make new ones.
//
// For a program that is idle for long: those that were idle for [WithIdleTimeout] are closed only when a
// call needs one or is done with one.
func (c *Client) CloseIdle() {
	if c.queue.enter() != nil {
		return
	}
	defer c.queue.leave()
	// It fails for a handle that is none, which this one is as long as a user is in the queue.
	_ = raw.CtxCloseIdle(c.ctx)
}
