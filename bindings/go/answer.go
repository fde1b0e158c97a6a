package verigator

import "github.com/messente/libverigator/bindings/go/internal/raw"

// What a call was answered with, in the nouns of this package.

func takeService(call raw.Handle) Service {
	return newService(raw.TakeService(call))
}

func newService(id, name, ctime string) Service {
	return Service{ID: id, Name: name, CTime: ctime}
}

func takeServices(call raw.Handle) (page ServicePage) {
	var cursor *string
	page.Total, cursor = raw.TakeServices(call, func(id, name, ctime string) {
		page.Services = append(page.Services, newService(id, name, ctime))
	})
	page.NextCursor, _ = optional(cursor)
	return page
}

func takeUser(call raw.Handle) User {
	return newUser(raw.TakeUser(call))
}

func newUser(id, ctime, idInService string) User {
	return User{ID: id, CTime: ctime, IDInService: idInService}
}

func takeUsers(call raw.Handle) (list UserList) {
	var cursor *string
	list.Total, cursor = raw.TakeUsers(call, func(id, ctime, idInService string) {
		list.Users = append(list.Users, newUser(id, ctime, idInService))
	})
	list.NextCursor, _ = optional(cursor)
	return list
}

func takeChallenge(call raw.Handle) Challenge {
	method, authID := raw.TakeChallenge(call)
	return Challenge{Method: Method(method), AuthID: authID}
}

func takeVerification(call raw.Handle) Verification {
	answer := raw.TakeVerification(call)
	return Verification{
		Verified:  answer.Verified,
		Method:    Method(answer.Method),
		Throttled: answer.Throttled,
		Expired:   answer.Expired,
		Invalid:   answer.Invalid,
		Result:    answer.Result,
	}
}

func takeEnrolment(call raw.Handle) Enrolment {
	secret, uri, qrSVG, replaced := raw.TakeEnrolment(call)
	return Enrolment{Secret: secret, URI: uri, QRSVG: qrSVG, Replaced: replaced}
}

func takeEnrolmentLink(call raw.Handle) EnrolmentLink {
	url, expiresAt, replaced := raw.TakeEnrolmentLink(call)
	return EnrolmentLink{URL: url, ExpiresAt: expiresAt, Replaced: replaced}
}

func takeTOTPState(call raw.Handle) TOTPState {
	confirmed, pending := raw.TakeTOTPState(call)
	return TOTPState{Confirmed: confirmed, Pending: pending}
}

func takeRecoveryCodes(call raw.Handle) RecoveryCodes {
	return raw.TakeRecoveryCodes(call)
}
