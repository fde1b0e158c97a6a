package verigator

import "github.com/messente/libverigator/bindings/go/internal/raw"

// What a call was answered with, in the nouns of this package.

func takeService(call raw.Handle) (service Service, ok bool) {
	ok = raw.TakeService(call, func(id, name, ctime string) {
		service = Service{ID: id, Name: name, CTime: ctime}
	})
	return service, ok
}

func takeServices(call raw.Handle) (page ServicePage, ok bool) {
	var cursor *string
	page.Total, cursor, ok = raw.TakeServices(call, func(id, name, ctime string) {
		page.Services = append(page.Services, Service{ID: id, Name: name, CTime: ctime})
	})
	page.NextCursor, _ = optional(cursor)
	return page, ok
}

func takeUser(call raw.Handle) (user User, ok bool) {
	ok = raw.TakeUser(call, func(id, ctime, idInService string) {
		user = User{ID: id, CTime: ctime, IDInService: idInService}
	})
	return user, ok
}

func takeUsers(call raw.Handle) (list UserList, ok bool) {
	var cursor *string
	list.Total, cursor, ok = raw.TakeUsers(call, func(id, ctime, idInService string) {
		list.Users = append(list.Users, User{ID: id, CTime: ctime, IDInService: idInService})
	})
	list.NextCursor, _ = optional(cursor)
	return list, ok
}

func takeChallenge(call raw.Handle) (Challenge, bool) {
	method, authID, ok := raw.TakeChallenge(call)
	return Challenge{Method: Method(method), AuthID: authID}, ok
}

func takeVerification(call raw.Handle) (Verification, bool) {
	answer, ok := raw.TakeVerification(call)
	return Verification{
		Verified:  answer.Verified,
		Method:    Method(answer.Method),
		Throttled: answer.Throttled,
		Expired:   answer.Expired,
		Invalid:   answer.Invalid,
		Result:    answer.Result,
	}, ok
}

func takeEnrolment(call raw.Handle) (Enrolment, bool) {
	secret, uri, qrSVG, replaced, ok := raw.TakeEnrolment(call)
	return Enrolment{Secret: secret, URI: uri, QRSVG: qrSVG, Replaced: replaced}, ok
}

func takeEnrolmentLink(call raw.Handle) (EnrolmentLink, bool) {
	url, expiresAt, replaced, ok := raw.TakeEnrolmentLink(call)
	return EnrolmentLink{URL: url, ExpiresAt: expiresAt, Replaced: replaced}, ok
}

func takeTOTPState(call raw.Handle) (TOTPState, bool) {
	confirmed, pending, ok := raw.TakeTOTPState(call)
	return TOTPState{Confirmed: confirmed, Pending: pending}, ok
}

func takeRecoveryCodes(call raw.Handle) (RecoveryCodes, bool) {
	return raw.TakeRecoveryCodes(call)
}
