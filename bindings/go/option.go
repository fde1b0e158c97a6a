package verigator

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/messente/libverigator/bindings/go/internal/raw"
)

// Option is what a client can be given beside its credentials. The library judges each as the client is
// made ([ErrInvalidConfig], or [ErrInvalidArgument]); of two for the same the later one holds.
//
// Times have milliseconds as the finest step; those below one are refused.
type Option func(*options) error

// options is what they are applied to.
type options struct {
	config  raw.Handle
	timeout time.Duration // 0 unless WithTimeout said otherwise
	logger  *slog.Logger
}

// set is an option that the library has.
func set[T any](setter func(raw.Handle, T) *raw.Failure, value T) Option {
	return func(o *options) error { return newError(setter(o.config, value)) }
}

// WithBaseURL says where the service is. Default: "https://api.verigator.com".
//
// An https or http URL of at most 2048 bytes without credentials, query or fragment; a path is put before
// the contract's own. http is for a loopback address or localhost only, see [WithAllowPlainHTTP].
func WithBaseURL(url string) Option { return set(raw.SetBaseURL, url) }

// WithAllowPlainHTTP allows http to an address that is not loopback, or by a proxy that is not. Default:
// false. Whoever can touch the traffic can then read the credentials and answer "verified".
func WithAllowPlainHTTP(allow bool) Option { return set(raw.SetAllowPlainHTTP, allow) }

// WithAddress connects to an IP address instead of looking up the name in the base URL. Default: none.
//
// The name still goes into Host and is what the certificate must match.
func WithAddress(address string) Option { return set(raw.SetAddress, address) }

// WithConnectTimeout says how long a connection may take to be made: name, TCP and TLS. Default: 5 s; 1 ms
// to 1 hour.
func WithConnectTimeout(timeout time.Duration) Option {
	return set(raw.SetConnectTimeout, milliseconds(timeout))
}

// WithTimeout says how long a whole call may take, with its retries and its waiting. Default: 30 s, or the
// deadline of the call's context; with both, the earlier ends the call. 1 ms to 1 hour.
func WithTimeout(timeout time.Duration) Option {
	return func(o *options) error {
		o.timeout = timeout
		return newError(raw.SetTimeout(o.config, milliseconds(timeout)))
	}
}

// WithMaxRetries says how often a call that can safely be repeated is repeated. Default: 2; 0 to 10.
//
// Repeated is a request of which no byte was sent, and reading or deleting that met a broken connection,
// 429, 502, 503 or 504. A start or a verify that may have arrived never is.
func WithMaxRetries(retries int) Option { return set(raw.SetMaxRetries, int64(retries)) }

// WithMaxRetryWait says the longest wait between two attempts. Default: 2 s; 1 ms to 1 hour. A longer
// Retry-After is not waited for: the call ends with the service's status.
func WithMaxRetryWait(wait time.Duration) Option { return set(raw.SetMaxRetryWait, milliseconds(wait)) }

// WithProxy sends all requests through a proxy. Default: none, or with [NewFromEnv] what the environment
// says.
//
// "http://host:port" or "https://host:port" for a proxy of HTTP; "socks5h://host:port" for one of SOCKS 5
// (RFC 1928), or "socks5://host:port" if the name in the base URL is to be looked up here.
func WithProxy(url string) Option {
	return func(o *options) error { return newError(raw.SetProxy(o.config, url, nil, nil)) }
}

// WithProxyCredentials is [WithProxy] with Basic authentication (RFC 7617) or that of SOCKS (RFC 1929).
func WithProxyCredentials(url, username, password string) Option {
	return func(o *options) error { return newError(raw.SetProxy(o.config, url, &username, &password)) }
}

// WithoutProxy uses no proxy, whatever the environment says.
func WithoutProxy() Option {
	return func(o *options) error { return newError(raw.UnsetProxy(o.config)) }
}

// WithCAFile trusts the certificate authorities in a PEM file, which is read as the client is made, and no
// others. Default: those of the operating system.
func WithCAFile(path string) Option {
	return func(o *options) error {
		if err := checkPath("the CA file", path); err != nil {
			return err
		}
		return newError(raw.SetCAFile(o.config, path))
	}
}

// WithCAPEM trusts the certificate authorities in pem, and no others. Default: those of the operating
// system.
func WithCAPEM(pem []byte) Option { return set(raw.SetCAPEM, pem) }

// WithClientCertificateFiles presents a client certificate from PEM files, which are read as the client is
// made. Default: none. The chain has the client's own certificate first; the key is not encrypted.
func WithClientCertificateFiles(chain, key string) Option {
	return func(o *options) error {
		if err := checkPath("the client certificate file", chain); err != nil {
			return err
		}
		if err := checkPath("the client key file", key); err != nil {
			return err
		}
		return newError(raw.SetClientCertificateFiles(o.config, chain, key))
	}
}

// WithClientCertificatePEM presents a client certificate from PEM in memory. Default: none.
func WithClientCertificatePEM(chain, key []byte) Option {
	return func(o *options) error { return newError(raw.SetClientCertificatePEM(o.config, chain, key)) }
}

// WithPinnedKey accepts only a server whose public key is pinned; give it again for a second key. Default:
// any.
//
// "sha256//" and the base64 of the SHA-256 of the key's SubjectPublicKeyInfo. The certificate must be valid
// as well.
func WithPinnedKey(pin string) Option { return set(raw.AddPinnedKey, pin) }

// WithMinTLSVersion says the oldest TLS version spoken. Default: [TLS12].
func WithMinTLSVersion(version TLSVersion) Option { return set(raw.SetMinTLSVersion, int32(version)) }

// WithUserAgent says what stands in the User-Agent between prefix and suffix. Default: this package, then
// the library.
func WithUserAgent(products string) Option { return set(raw.SetUserAgent, products) }

// WithUserAgentPrefix puts a product of yours before it, such as "my-library/1.0". Default: none.
func WithUserAgentPrefix(prefix string) Option { return set(raw.SetUserAgentPrefix, prefix) }

// WithUserAgentSuffix puts a product of yours after it, such as "my-shop/2.1". Default: none.
func WithUserAgentSuffix(suffix string) Option { return set(raw.SetUserAgentSuffix, suffix) }

// WithMaxConnections says how many connections there are at most, and so how many calls run at once; the
// others wait in order, their deadlines running. Default: 256; 1 to 65536.
func WithMaxConnections(most int) Option { return set(raw.SetMaxConnections, int64(most)) }

// WithMaxIdleConnections says how many idle connections are kept for later calls. Default: 16; 0 to 1024.
func WithMaxIdleConnections(most int) Option { return set(raw.SetMaxIdleConnections, int64(most)) }

// WithIdleTimeout says how long an idle connection may be used again. Default: 30 s; 1 ms to 1 hour.
func WithIdleTimeout(timeout time.Duration) Option {
	return set(raw.SetIdleTimeout, milliseconds(timeout))
}

// WithMaxResponseBytes says the most bytes read of a reply's body. Default: 1048576; 1 to 67108864. A
// larger reply is [ErrTooLarge].
func WithMaxResponseBytes(most int64) Option { return set(raw.SetMaxResponseBytes, most) }

// WithLogger hands the log lines of each call to logger once it is over, on its goroutine and with its
// context; nil for none, the default. No line holds a password, a token or a body.
//
// What logger takes as the client is made decides which lines there are.
func WithLogger(logger *slog.Logger) Option {
	return func(o *options) error {
		o.logger = logger
		if level := logLevel(context.Background(), logger); level > 0 {
			return newError(raw.SetCallLog(o.config, level))
		}
		return nil
	}
}

// checkPath refuses what only this side can see: to C all bytes but a NUL may be a path's.
func checkPath(name, path string) error {
	if !strings.Contains(path, "\x00") {
		return nil
	}
	return notSent(ErrInvalidConfig, KindUsage, name+" has a NUL character; pass text without one")
}

// milliseconds is a time as the library takes it. One that is too short is not rounded up, so that it is
// refused.
func milliseconds(duration time.Duration) int64 {
	if duration.Abs() < time.Millisecond {
		return 0
	}
	return duration.Round(time.Millisecond).Milliseconds()
}
