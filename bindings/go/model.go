package verigator

import "fmt"

// Method is a way to prove a login. The zero Method is none.
type Method int32

const (
	// MethodSMS is a PIN in a text message.
	MethodSMS Method = 1
	// MethodTOTP is a code from an authenticator app (RFC 6238).
	MethodTOTP Method = 2
	// MethodRecoveryCode is one of the user's recovery codes. A verification may have had it; none can be
	// started with it.
	MethodRecoveryCode Method = 3
)

var methodNames = map[Method]string{
	MethodSMS:          "sms",
	MethodTOTP:         "totp",
	MethodRecoveryCode: "recovery_code",
}

// String is the method's name in the contract, such as "sms".
func (m Method) String() string {
	if name, ok := methodNames[m]; ok {
		return name
	}
	return fmt.Sprintf("Method(%d)", int32(m))
}

// MarshalText is the method's name. The zero Method has an empty one.
func (m Method) MarshalText() ([]byte, error) {
	name, ok := methodNames[m]
	if !ok && m != 0 {
		return nil, fmt.Errorf("verigator: %v is no method; take one of the constants", m)
	}
	return []byte(name), nil
}

// UnmarshalText reads what MarshalText wrote.
func (m *Method) UnmarshalText(text []byte) error {
	*m = 0
	for method, name := range methodNames {
		if name == string(text) {
			*m = method
		}
	}
	if *m == 0 && len(text) > 0 {
		return fmt.Errorf("verigator: %q is no method; there are sms, totp and recovery_code", text)
	}
	return nil
}

// TLSVersion is a version of TLS.
type TLSVersion int32

const (
	// TLS12 is TLS 1.2 (RFC 5246).
	TLS12 TLSVersion = 12
	// TLS13 is TLS 1.3 (RFC 8446).
	TLS13 TLSVersion = 13
)

// Service is a registered service: what its users log in to.
type Service struct {
	// ID is for the other calls.
	ID string
	// Name is what users see.
	Name string
	// CTime is when it was made, an RFC 3339 timestamp as the service wrote it.
	CTime string
}

// ServicePage is a page of the services of an account.
type ServicePage struct {
	// Services are those of the page.
	Services []Service
	// Total is how many there are, as the server says.
	Total uint64
	// NextCursor is for the next page; empty on the last one.
	NextCursor string
}

// User is a user of a service.
type User struct {
	// ID is the id at Verigator, for the other calls.
	ID string
	// CTime is when the user was registered, an RFC 3339 timestamp as the service wrote it.
	CTime string
	// IDInService is the caller's own name for the user.
	IDInService string
}

// UserList is the users of a service, or a page of them.
type UserList struct {
	// Users are those that the service sent.
	Users []User
	// Total is how many there are, as the service says: more than were sent if it sent only some.
	Total uint64
	// NextCursor is for the next page; empty on the last one.
	NextCursor string
}

// Challenge is a started authentication that waits for its token.
//
// Where another process verifies, store it, as JSON for example. The zero Challenge is none, and refused.
type Challenge struct {
	// Method is the method that is really used.
	Method Method `json:"method"`
	// AuthID is the id of this authentication, or nil if the service gave none.
	AuthID *string `json:"auth_id,omitempty"`
}

// Verification is what the service says of a token. The zero Verification is a no.
type Verification struct {
	// Verified is whether the token proves the login. Only true is a yes.
	Verified bool
	// Method is the method that was checked, or 0 if the service does not say.
	Method Method
	// Throttled is whether there were too many checks: wait before the next one.
	Throttled bool
	// Expired is whether the token was too old.
	Expired bool
	// Invalid is whether the token was wrong.
	Invalid bool
	// Result is the service's word for the outcome, such as "INVALID", or empty.
	Result string
}

// Enrolment is what an authenticator app is enrolled with. All but Replaced is the secret in some form: it
// is shown to its user once. It is printed and logged without it.
type Enrolment struct {
	// Secret is the secret in base32 (RFC 4648 section 6), for who cannot scan.
	Secret string
	// URI is the same for the app, and begins with "otpauth://".
	URI string
	// QRSVG is that URI as a QR code, an SVG image.
	QRSVG string
	// Replaced is whether an enrolment that was begun before and not confirmed has ended by this one.
	Replaced bool
}

// EnrolmentLink is a link by which a user sets an authenticator app up. Whoever opens it sets an app up: it
// is given to its user alone. It is printed and logged without the URL.
type EnrolmentLink struct {
	// URL is where the user opens it: https, or http at a server for development.
	URL string
	// ExpiresAt is when it ends, as the server says it (RFC 3339).
	ExpiresAt string
	// Replaced is whether it ended a link that was good, or an enrolment that was not confirmed.
	Replaced bool
}

// TOTPState is how far the enrolment of a user's authenticator app has come.
type TOTPState struct {
	// Confirmed is whether an app is confirmed, so that logins use it.
	Confirmed bool
	// Pending is whether an enrolment was begun that waits for its first token.
	Pending bool
}

// RecoveryCodes are a user's recovery codes, each a token for one verification. They are shown to their
// user once, and printed and logged as their number.
type RecoveryCodes []string
