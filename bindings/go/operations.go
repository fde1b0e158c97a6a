package verigator

import (
	"context"
	"time"

	"github.com/messente/libverigator/bindings/go/internal/raw"
)

// CreateService creates a service; fqdn is its host name, such as "login.example.com", and name what users
// see. [ErrConflict]: it exists already. [ErrInvalidData]: a value is not acceptable.
func (c *Client) CreateService(ctx context.Context, fqdn, name string) (Service, error) {
	return do(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.ServiceCreate(p, fqdn, name)
	}, takeService)
}

// Service reads a service. [ErrNotFound], [ErrForbidden]: no such service, or another account's.
func (c *Client) Service(ctx context.Context, serviceID string) (Service, error) {
	return do(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.ServiceGet(p, serviceID)
	}, takeService)
}

// FindService finds a service of the account by its host name, which is compared as [Client.CreateService]
// does. [ErrNotFound]: the account has none of that name. [ErrNotSupported]: the server has no such route,
// as the hosted service.
func (c *Client) FindService(ctx context.Context, fqdn string) (Service, error) {
	return do(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.ServiceFind(p, fqdn)
	}, takeService)
}

// PageServices lists the services of the account by the page: at most limit of them, 1 to 1000. cursor is
// empty for the first page, and then the NextCursor of the page before. [ErrNotSupported]: the server has
// no such route, as the hosted service.
func (c *Client) PageServices(ctx context.Context, limit int, cursor string) (ServicePage, error) {
	return do(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.ServicePage(p, int64(limit), nonEmpty(cursor))
	}, takeServices)
}

// DeleteService deletes a service and its users. [ErrNotFound]: no such service; also when a first attempt,
// whose answer was lost, deleted it.
func (c *Client) DeleteService(ctx context.Context, serviceID string) error {
	return doWithoutAnswer(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.ServiceDelete(p, serviceID)
	})
}

// CreateUser registers a user. phoneNumber has its country prefix (E.164), such as "+3725555555";
// idInService is the caller's own name for the user, such as an e-mail address. [ErrConflict]: the user
// exists already. [ErrInvalidData]: a value is not acceptable.
func (c *Client) CreateUser(ctx context.Context, serviceID, phoneNumber, idInService string) (User, error) {
	return do(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.UserCreate(p, serviceID, phoneNumber, idInService)
	}, takeUser)
}

// User reads a user. [ErrNotFound], [ErrForbidden]: no such service or user, or another account's.
func (c *Client) User(ctx context.Context, serviceID, userID string) (User, error) {
	return do(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.UserGet(p, serviceID, userID)
	}, takeUser)
}

// FindUser finds a user by what the service calls it, which is compared as [Client.CreateUser] compares it.
// verigator-server has this call; the hosted service has not ([ErrNotSupported]). [ErrNotFound]: no such
// service, or it has no user of that name.
func (c *Client) FindUser(ctx context.Context, serviceID, idInService string) (User, error) {
	return do(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.UserFind(p, serviceID, idInService)
	}, takeUser)
}

// ListUsers lists the users of a service. [ErrNotFound], [ErrForbidden]: no such service, or another
// account's.
func (c *Client) ListUsers(ctx context.Context, serviceID string) (UserList, error) {
	return do(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.UserList(p, serviceID)
	}, takeUsers)
}

// PageUsers lists the users of a service by the page: at most limit of them, 1 to 1000. cursor is empty for
// the first page, and then the NextCursor of the page before. The hosted service has no pages, and answers
// with all users: a last page. Errors as of [Client.ListUsers].
func (c *Client) PageUsers(ctx context.Context, serviceID string, limit int, cursor string) (UserList, error) {
	return do(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.UserPage(p, serviceID, int64(limit), nonEmpty(cursor))
	}, takeUsers)
}

// UnlockUser lets a user log in again who is locked after too many wrong tokens. [ErrNotFound],
// [ErrForbidden]: no such service or user, or another account's. [ErrNotSupported]: the server has no such
// route, as the hosted service.
func (c *Client) UnlockUser(ctx context.Context, serviceID, userID string) error {
	return doWithoutAnswer(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.UserUnlock(p, serviceID, userID)
	})
}

// DeleteUser deletes a user. [ErrNotFound]: no such user; also when a first attempt, whose answer was lost,
// deleted the user.
func (c *Client) DeleteUser(ctx context.Context, serviceID, userID string) error {
	return doWithoutAnswer(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.UserDelete(p, serviceID, userID)
	})
}

// Initiate starts an authentication. method is [MethodTOTP] to prefer the authenticator app (a user who has
// none set up is sent an SMS instead), or [MethodSMS]. What it returns is for [Client.Verify].
//
// It is never sent twice, since that would send a second message: after [ErrTimeout], [ErrCancelled] or
// [ErrDisconnected] see [Error.MaybeSent]. [ErrNotFound]: no such service or user. [ErrConflict]: an
// authentication cannot start now.
func (c *Client) Initiate(ctx context.Context, serviceID, userID string, method Method) (Challenge, error) {
	return do(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.AuthStart(p, serviceID, userID, int32(method))
	}, takeChallenge)
}

// Verify checks a token of one authentication. The login is verified only if the error is nil and
// [Verification.Verified] is true.
//
// challenge is what [Client.Initiate] returned, so that a token of another authentication is not taken; the
// zero Challenge, one that got lost, is [ErrInvalidArgument]. token is the PIN, the code or the recovery
// code that the user typed: 1 to 64 printable ASCII characters. It is never sent twice, since a token is
// good for one check. [ErrNotFound]: no such service, user or pending verification.
func (c *Client) Verify(ctx context.Context, serviceID, userID string, challenge Challenge, token string) (Verification, error) {
	return do(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.AuthCheck(p, serviceID, userID, int32(challenge.Method), challenge.AuthID, token)
	}, takeVerification)
}

// VerifyToken checks a token of any authentication of the user. It is the weaker check, for a program that
// does not have the challenge. Otherwise as [Client.Verify].
func (c *Client) VerifyToken(ctx context.Context, serviceID, userID, token string) (Verification, error) {
	return do(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.AuthCheckToken(p, serviceID, userID, token)
	}, takeVerification)
}

// BeginTOTP begins the enrolment of an authenticator app.
//
// The user's app takes what is returned, and [Client.ConfirmTOTP] the app's first token; until then logins
// are as they were. It ends an enrolment that was begun before and not confirmed, so it is never sent
// twice. [ErrNotFound], [ErrForbidden]: no such service or user, or another account's. [ErrNotSupported]:
// the server has no such route, as the hosted service.
func (c *Client) BeginTOTP(ctx context.Context, serviceID, userID string) (Enrolment, error) {
	return do(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.TOTPBegin(p, serviceID, userID)
	}, takeEnrolment)
}

// CreateTOTPLink makes a link by which the user sets an authenticator app up, once. It is good for
// lifetime, a minute to a week, in whole seconds.
//
// The user opens it in a browser, scans the QR code there and types the app's first token; until then
// logins are as they were. It ends a link that was made before and an enrolment that was not confirmed, so
// it is never sent twice. [ErrConflict]: the server does not know by which address users reach it.
// Otherwise as [Client.BeginTOTP].
func (c *Client) CreateTOTPLink(ctx context.Context, serviceID, userID string, lifetime time.Duration) (EnrolmentLink, error) {
	return do(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.TOTPLinkCreate(p, serviceID, userID, int64(lifetime/time.Second))
	}, takeEnrolmentLink)
}

// ConfirmTOTP confirms an enrolment by a token of the app. When it returns nil, the enrolment is confirmed,
// and logins use the app from now on. It is never sent twice.
//
// [ErrInvalidData]: the token is not right. [ErrNotFound]: no such service or user, or no enrolment was
// begun. [ErrConflict]: it was confirmed already. [ErrNotSupported]: the server has no such route, as the
// hosted service.
func (c *Client) ConfirmTOTP(ctx context.Context, serviceID, userID, token string) error {
	return doWithoutAnswer(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.TOTPConfirm(p, serviceID, userID, token)
	})
}

// TOTP reads how far the enrolment of an authenticator app has come. Errors as of [Client.BeginTOTP].
func (c *Client) TOTP(ctx context.Context, serviceID, userID string) (TOTPState, error) {
	return do(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.TOTPGet(p, serviceID, userID)
	}, takeTOTPState)
}

// DeleteTOTP removes an enrolment, confirmed or not. Errors as of [Client.BeginTOTP]; [ErrNotFound] also
// when a first attempt, whose answer was lost, removed it.
func (c *Client) DeleteTOTP(ctx context.Context, serviceID, userID string) error {
	return doWithoutAnswer(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.TOTPDelete(p, serviceID, userID)
	})
}

// CreateRecoveryCodes makes recovery codes for a user: each is a token for one [Client.Verify], whatever
// method was started. Those made before are good for nothing any more, so it is never sent twice. Errors as
// of [Client.BeginTOTP].
func (c *Client) CreateRecoveryCodes(ctx context.Context, serviceID, userID string) (RecoveryCodes, error) {
	return do(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.RecoveryCodesCreate(p, serviceID, userID)
	}, takeRecoveryCodes)
}

// CountRecoveryCodes says how many recovery codes of a user are left. Errors as of [Client.BeginTOTP].
func (c *Client) CountRecoveryCodes(ctx context.Context, serviceID, userID string) (int64, error) {
	return do(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.RecoveryCodesRemaining(p, serviceID, userID)
	}, raw.TakeRemaining)
}

// DeleteRecoveryCodes removes the recovery codes of a user. Errors as of [Client.BeginTOTP]; [ErrNotFound]
// also when a first attempt, whose answer was lost, removed them.
func (c *Client) DeleteRecoveryCodes(ctx context.Context, serviceID, userID string) error {
	return doWithoutAnswer(ctx, c, func(p raw.Place) (raw.Handle, *raw.Failure) {
		return raw.RecoveryCodesDelete(p, serviceID, userID)
	})
}

// doWithoutAnswer makes a call that has no answer but its status.
func doWithoutAnswer(ctx context.Context, c *Client, start starter) error {
	_, err := do(ctx, c, start, func(raw.Handle) (struct{}, bool) { return struct{}{}, true })
	return err
}

// nonEmpty is a cursor; the first page has none.
func nonEmpty(cursor string) *string {
	if cursor == "" {
		return nil
	}
	return &cursor
}
