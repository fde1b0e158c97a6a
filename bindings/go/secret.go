package verigator

import (
	"fmt"
	"log/slog"
)

// What is secret is neither printed, by whatever verb, nor logged.

// Format prints it without its secrets.
func (e Enrolment) Format(state fmt.State, _ rune) {
	fmt.Fprintf(state, "Enrolment{secret, Replaced: %t}", e.Replaced)
}

// LogValue logs it without its secrets.
func (e Enrolment) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprint(e))
}

// Format prints it without its URL.
func (l EnrolmentLink) Format(state fmt.State, _ rune) {
	fmt.Fprintf(state, "EnrolmentLink{secret, ExpiresAt: %q, Replaced: %t}", l.ExpiresAt, l.Replaced)
}

// LogValue logs it without its URL.
func (l EnrolmentLink) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprint(l))
}

// Format prints how many there are.
func (c RecoveryCodes) Format(state fmt.State, _ rune) {
	fmt.Fprintf(state, "RecoveryCodes{%d, secret}", len(c))
}

// LogValue logs how many there are.
func (c RecoveryCodes) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprint(c))
}
