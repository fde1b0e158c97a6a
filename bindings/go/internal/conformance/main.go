// Command conformance makes the calls that the conformance peer tells it on its standard input, and says
// what came of each on its standard output; see tests/conformance/README.md of the repository.
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"os"
	"strings"
	"time"

	verigator "github.com/messente/libverigator/bindings/go"
)

func main() {
	tasks := json.NewDecoder(bufio.NewReader(os.Stdin))
	outcomes := json.NewEncoder(os.Stdout)
	for tasks.More() {
		var task task
		check(tasks.Decode(&task))
		check(outcomes.Encode(outcomeOf(task)))
	}
}

// task is one call to make.
type task struct {
	Config    object
	Operation string
	Arguments object
}

// outcomeOf makes a client and the call.
func outcomeOf(task task) object {
	client, err := verigator.New(task.Config.text("username"), task.Config.text("password"), options(task.Config)...)
	if err != nil {
		return object{"error": described(err)}
	}
	defer client.Close()
	value, err := call(client, task.Operation, task.Arguments)
	if err != nil {
		return object{"error": described(err)}
	}
	return object{"value": value}
}

// options are those that stand in the configuration.
func options(config object) (options []verigator.Option) {
	for name := range config {
		switch name {
		case "username", "password", "proxy_username", "proxy_password":
		case "base_url":
			options = append(options, verigator.WithBaseURL(config.text(name)))
		case "address":
			options = append(options, verigator.WithAddress(config.text(name)))
		case "proxy":
			options = append(options, proxy(config))
		case "ca_file":
			options = append(options, verigator.WithCAFile(config.text(name)))
		case "pinned_key":
			options = append(options, verigator.WithPinnedKey(config.text(name)))
		case "user_agent":
			options = append(options, verigator.WithUserAgent(config.text(name)))
		case "user_agent_prefix":
			options = append(options, verigator.WithUserAgentPrefix(config.text(name)))
		case "user_agent_suffix":
			options = append(options, verigator.WithUserAgentSuffix(config.text(name)))
		case "max_retries":
			options = append(options, verigator.WithMaxRetries(int(config.number(name))))
		case "max_retry_wait_ms":
			options = append(options, verigator.WithMaxRetryWait(config.times(name, time.Millisecond)))
		case "timeout_ms":
			options = append(options, verigator.WithTimeout(config.times(name, time.Millisecond)))
		case "connect_timeout_ms":
			options = append(options, verigator.WithConnectTimeout(config.times(name, time.Millisecond)))
		case "idle_timeout_ms":
			options = append(options, verigator.WithIdleTimeout(config.times(name, time.Millisecond)))
		case "max_idle_connections":
			options = append(options, verigator.WithMaxIdleConnections(int(config.number(name))))
		case "max_response_bytes":
			options = append(options, verigator.WithMaxResponseBytes(config.number(name)))
		case "min_tls_version":
			options = append(options, verigator.WithMinTLSVersion(verigator.TLSVersion(config.number(name))))
		default:
			panic("an option that this runner does not know: " + name)
		}
	}
	return options
}

func proxy(config object) verigator.Option {
	if _, ok := config["proxy_username"]; !ok {
		return verigator.WithProxy(config.text("proxy"))
	}
	return verigator.WithProxyCredentials(
		config.text("proxy"), config.text("proxy_username"), config.text("proxy_password"))
}

// call makes the call of an operation, and gives its value as the peer has it.
func call(client *verigator.Client, operation string, of object) (any, error) {
	ctx := context.Background()
	serviceID, userID := of.text("service_id"), of.text("user_id")
	switch operation {
	case "create_service":
		return described1(describedService)(client.CreateService(ctx, of.text("fqdn"), of.text("name")))
	case "find_service":
		return described1(describedService)(client.FindService(ctx, of.text("fqdn")))
	case "get_service":
		return described1(describedService)(client.Service(ctx, serviceID))
	case "delete_service":
		return nil, client.DeleteService(ctx, serviceID)
	case "page_services":
		return described1(describedServices)(client.PageServices(ctx, int(of.number("limit")), of.text("cursor")))
	case "create_user":
		return described1(describedUser)(client.CreateUser(ctx, serviceID, of.text("phone_number"), of.text("id_in_service")))
	case "get_user":
		return described1(describedUser)(client.User(ctx, serviceID, userID))
	case "find_user":
		return described1(describedUser)(client.FindUser(ctx, serviceID, of.text("id_in_service")))
	case "delete_user":
		return nil, client.DeleteUser(ctx, serviceID, userID)
	case "unlock_user":
		return nil, client.UnlockUser(ctx, serviceID, userID)
	case "list_users":
		return described1(describedUsers)(client.ListUsers(ctx, serviceID))
	case "page_users":
		return described1(describedUsers)(client.PageUsers(ctx, serviceID, int(of.number("limit")), of.text("cursor")))
	case "initiate":
		return described1(describedChallenge)(client.Initiate(ctx, serviceID, userID, of.method("method")))
	case "verify":
		challenge, ok := of["challenge"].(map[string]any)
		if !ok {
			return described1(describedVerification)(client.VerifyToken(ctx, serviceID, userID, of.text("token")))
		}
		parts := object(challenge)
		started := verigator.Challenge{Method: parts.method("method"), AuthID: parts.optionalText("auth_id")}
		return described1(describedVerification)(client.Verify(ctx, serviceID, userID, started, of.text("token")))
	case "begin_totp":
		return described1(describedEnrolment)(client.BeginTOTP(ctx, serviceID, userID))
	case "create_totp_link":
		lifetime := of.times("lifetime_seconds", time.Second)
		return described1(describedLink)(client.CreateTOTPLink(ctx, serviceID, userID, lifetime))
	case "confirm_totp":
		return nil, client.ConfirmTOTP(ctx, serviceID, userID, of.text("token"))
	case "get_totp":
		return described1(describedState)(client.TOTP(ctx, serviceID, userID))
	case "delete_totp":
		return nil, client.DeleteTOTP(ctx, serviceID, userID)
	case "create_recovery_codes":
		return described1(describedCodes)(client.CreateRecoveryCodes(ctx, serviceID, userID))
	case "count_recovery_codes":
		return described1(describedCount)(client.CountRecoveryCodes(ctx, serviceID, userID))
	case "delete_recovery_codes":
		return nil, client.DeleteRecoveryCodes(ctx, serviceID, userID)
	}
	panic("an operation that this runner does not know: " + operation)
}

// object is one of JSON, and what is read from it: null and what is not there are zero.
type object map[string]any

// optionalText is a text, or nil for null. What is no UTF-8 comes as bytes.
func (o object) optionalText(name string) *string {
	switch value := o[name].(type) {
	case string:
		return &value
	case map[string]any:
		bytes, err := hex.DecodeString(value["hex"].(string))
		check(err)
		text := string(bytes)
		return &text
	}
	return nil
}

func (o object) text(name string) string {
	return deref(o.optionalText(name))
}

func (o object) number(name string) int64 {
	// A float64 holds all that there are, but those beyond its range of whole numbers, which no option takes.
	number, _ := o[name].(float64)
	return int64(max(math.MinInt64, min(number, math.MaxInt64/2)))
}

// times is a number of units, or the nearest that a Duration holds.
func (o object) times(name string, unit time.Duration) time.Duration {
	most := int64(math.MaxInt64 / unit)
	return time.Duration(max(-most, min(o.number(name), most))) * unit
}

// method is one by its name or its number, or none.
func (o object) method(name string) (method verigator.Method) {
	if text, ok := o[name].(string); ok {
		_ = method.UnmarshalText([]byte(text))
		return method
	}
	return verigator.Method(o.number(name))
}

// described1 describes a value unless there is an error.
func described1[T any](describe func(T) any) func(value T, err error) (any, error) {
	return func(value T, err error) (any, error) {
		if err != nil {
			return nil, err
		}
		return describe(value), nil
	}
}

func describedService(service verigator.Service) any {
	return object{"id": service.ID, "name": service.Name, "ctime": service.CTime}
}

func describedServices(page verigator.ServicePage) any {
	services := describedAll(page.Services, describedService)
	return object{"services": services, "total": page.Total, "next_cursor": orNull(page.NextCursor)}
}

func describedUser(user verigator.User) any {
	return object{"id": user.ID, "ctime": user.CTime, "id_in_service": user.IDInService}
}

func describedUsers(list verigator.UserList) any {
	users := describedAll(list.Users, describedUser)
	return object{"users": users, "total": list.Total, "next_cursor": orNull(list.NextCursor)}
}

func describedAll[T any](listed []T, describe func(T) any) []any {
	described := make([]any, len(listed))
	for i, each := range listed {
		described[i] = describe(each)
	}
	return described
}

func describedChallenge(challenge verigator.Challenge) any {
	return object{"method": challenge.Method.String(), "auth_id": challenge.AuthID}
}

func describedVerification(answer verigator.Verification) any {
	method, err := answer.Method.MarshalText()
	check(err)
	return object{
		"verified": answer.Verified, "method": orNull(string(method)), "throttled": answer.Throttled,
		"expired": answer.Expired, "invalid": answer.Invalid, "result": orNull(answer.Result),
	}
}

func describedEnrolment(enrolment verigator.Enrolment) any {
	return object{
		"secret": enrolment.Secret, "uri": enrolment.URI, "qr_svg": enrolment.QRSVG, "replaced": enrolment.Replaced,
	}
}

func describedLink(link verigator.EnrolmentLink) any {
	return object{"url": link.URL, "expires_at": link.ExpiresAt, "replaced": link.Replaced}
}

func describedState(state verigator.TOTPState) any {
	return object{"confirmed": state.Confirmed, "pending": state.Pending}
}

func describedCodes(codes verigator.RecoveryCodes) any {
	return object{"codes": []string(codes)}
}

func describedCount(remaining int64) any {
	return object{"remaining": remaining}
}

// described is an error of the library; another one ends this program.
func described(err error) object {
	var failure *verigator.Error
	if !errors.As(err, &failure) {
		panic(err)
	}
	error := object{
		"status": failure.Status, "kind": failure.Kind.String(), "http_status": nil, "message": failure.Message,
		"service_message": nil, "body": nil, "request_id": nil, "retry_after_ms": nil,
		"maybe_sent": failure.MaybeSent, "retry_safe": failure.RetrySafe,
	}
	if failure.HTTPStatus != 0 {
		error["http_status"] = failure.HTTPStatus
	}
	if message, ok := failure.ServiceMessage(); ok {
		error["service_message"] = message
	}
	if failure.Body() != nil {
		error["body"] = strings.ToValidUTF8(string(failure.Body()), "\ufffd")
	}
	if id, ok := failure.RequestID(); ok {
		error["request_id"] = id
	}
	if wait, ok := failure.RetryAfter(); ok {
		error["retry_after_ms"] = wait.Milliseconds()
	}
	return error
}

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
