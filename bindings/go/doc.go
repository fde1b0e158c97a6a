// Package verigator makes two-factor logins through the Verigator API: it sends a PIN or asks for a code
// of an authenticator app, and checks what the user typed.
//
// A [Client] makes all calls. It is made once, shared by any number of goroutines, and closed at the end:
//
//	client, err := verigator.New("api-username", "api-password")
//	if err != nil {
//		return err
//	}
//	defer client.Close()
//
//	challenge, err := client.Initiate(ctx, serviceID, userID, verigator.MethodTOTP)
//	// ... the user types token ...
//	answer, err := client.Verify(ctx, serviceID, userID, challenge, token)
//	if err == nil && answer.Verified {
//		// welcome
//	}
//
// # Deny by default
//
// A login is verified only when the error is nil and [Verification.Verified] is true. Every error is a no,
// and comes with the zero Verification, which is one too. An answer that is a no is not an error.
//
// # Contexts
//
// A call ends when its context does. A deadline is the time-out of the call, unless [WithTimeout] says
// less; cancelling ends it within milliseconds. The error then is an *[Error] like all others, whose
// MaybeSent says whether the service may have seen the request, and matches [context.Canceled] or
// [context.DeadlineExceeded] and [context.Cause] as well. An answer that arrives as the context ends is
// kept: what was asked for is done, and the caller should know.
//
// # Errors
//
// Each is an *[Error], for [errors.As], and matches the [Status] that it has:
//
//	var failure *verigator.Error
//	switch {
//	case errors.Is(err, verigator.ErrNotFound):
//		// no such user
//	case errors.As(err, &failure) && failure.RetrySafe:
//		// the same call again can do no harm
//	}
//
// # Goroutines and threads
//
// A goroutine that waits for its call holds no thread of the operating system. While calls of a client are
// under way, one goroutine waits for all of them, in C and so on a thread; and the library makes them on
// one thread of its own, which the first call starts and Close ends. No function of Go is called from C.
//
// # Secrets
//
// Passwords and tokens are copied for the library, which wipes its copies, as this package does those on
// the way. The strings that a program passes, and those that it gets, are Go's: nothing can wipe them.
// [Enrolment], [EnrolmentLink] and [RecoveryCodes] are printed and logged without what is secret in them.
//
// # Building
//
// The library is linked through cgo as pkg-config says (verigator.pc), or with the build tag
// verigator_static into the program.
package verigator
