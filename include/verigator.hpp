/// @file
/// libverigator for C++17 and later: two-factor logins through the Verigator API.
///
/// SPDX-License-Identifier: MIT OR Apache-2.0
///
/// Header-only, over the C API in verigator.h, whose opening comment holds here too, also on
/// how to link.
///
///
/// A login
///
///     verigator::config config("api-username", "api-password");
///     config.set_timeout(std::chrono::seconds(10));
///     verigator::context context(config);
///     try {
///         auto challenge = context.initiate(service_id, user_id, verigator::method::totp);
///         auto answer = context.verify(service_id, user_id, challenge, token);
///         if (answer.verified()) {
///             std::cout << "welcome\n";
///         }
///     } catch (const verigator::error &error) {
///         std::cerr << error.what() << '\n';
///     }
///
///
/// With and without exceptions
///
/// Each call has two forms. The plain one throws verigator::error. The one with `try_` before its
/// name returns a verigator::result, which holds the value or the error, and never throws an error:
///
///     auto answer = context.try_verify(service_id, user_id, challenge, token);
///     if (answer.verified()) {
///         std::puts("welcome");
///     } else if (!answer.has_value()) {
///         std::fprintf(stderr, "%s\n", answer.error().what());
///     }
///
/// Where exceptions are off (-fno-exceptions), only the second form is there, and constructors that
/// can fail are replaced by their `try_make`. A program may be put together from units of both
/// sorts; they hand each other strings, not objects of this header. RTTI is not needed. Besides
/// verigator::error, any call may throw std::bad_alloc, as everything that copies a string.
///
///
/// Deny by default
///
/// A login is verified only when `verified()` returned true. A verification is no bool, and neither
/// is a result that holds one: `if (context.try_verify(...))` does not compile, since it would take
/// "the service answered" for "yes". Nothing that is returned can be dropped without a warning.
///
///
/// Objects
///
/// Each object owns its handle: it moves, it is not copied, and its end frees the handle. A
/// moved-from object may be assigned to and destroyed; calls on it give status::invalid_handle, and
/// what is read from it is empty, false or 0. Text that is read from an object is a
/// std::string_view into it, valid as long as the object that holds the handle.
///
///
/// Strings
///
/// Text in is a std::string_view of UTF-8 and is copied. Text with a NUL in it is refused
/// (status::invalid_argument, or status::invalid_config in a config), since C would cut it there
/// and so make another id of it. A view without data (`data() == nullptr`) is handed on as NULL.
/// The copies made of passwords and tokens are wiped.
///
///
/// Threads
///
/// Any number of threads may make calls on one context at once. A config is for one thread at a
/// time. All other objects do not change and may be read by any thread. As with every C++ object,
/// none may be moved from or destroyed while another thread uses it: context::close() ends the
/// calls that wait, so that their threads can be joined before the context ends.
///
///
/// Calls and queues
///
/// What is above blocks its thread. A program that must not wait makes a call of the same operation
/// (context::call_verify and its like) and hands it to a queue, with a function for what it comes
/// to:
///
///     verigator::queue queue(context);
///     queue.submit(context.call_verify(service_id, user_id, challenge, token),
///                  [](verigator::result<verigator::verification> answer) {
///                      std::puts(answer.verified() ? "welcome" : "sorry");
///                  });
///
/// That function runs where the program asks for it, in queue::dispatch, and on no other thread. A
/// loop watches queue::descriptor, which can be read as long as an ended call waits, and then calls
/// `queue.dispatch(std::chrono::milliseconds(0))`; a program without a loop waits in there:
///
///     while (queue.dispatch(verigator::queue::forever) == verigator::status::ok) {
///     }
///
/// queue::future gives a std::future instead, and in a coroutine of C++20 there is
/// `co_await queue.answer(context.call_verify(...))`.

#ifndef VERIGATOR_HPP
#define VERIGATOR_HPP

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <future>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "verigator.h"

#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
/// Whether the forms that throw are there.
#define VERIGATOR_EXCEPTIONS 1
#else
#define VERIGATOR_EXCEPTIONS 0
#endif

#if defined(__cpp_impl_coroutine)
#include <coroutine>
/// Whether a coroutine can wait for a call.
#define VERIGATOR_COROUTINES 1
#else
#define VERIGATOR_COROUTINES 0
#endif

/// Two-factor logins through the Verigator API.
namespace verigator {

// The classes differ with exceptions, so their names do as well: a program may then have both.
#if VERIGATOR_EXCEPTIONS
inline namespace with_exceptions {
#else
inline namespace without_exceptions {
#endif

/// A way to prove a login.
enum class method : verigator_method {
    /// A PIN in a text message.
    sms = VERIGATOR_METHOD_SMS,
    /// A code from an authenticator app (RFC 6238).
    totp = VERIGATOR_METHOD_TOTP,
    /// One of the user's recovery codes. A verification may have had it; none can be started with
    /// it.
    recovery_code = VERIGATOR_METHOD_RECOVERY_CODE,
};

/// A version of TLS.
enum class tls_version : verigator_tls_version {
    /// TLS 1.2 (RFC 5246).
    tls_1_2 = VERIGATOR_TLS_1_2,
    /// TLS 1.3 (RFC 8446).
    tls_1_3 = VERIGATOR_TLS_1_3,
};

/// How much a log line matters.
enum class log_level : verigator_log_level {
    /// A call failed.
    error = VERIGATOR_LOG_ERROR,
    /// Something went wrong that was made good, such as a repeated attempt.
    warn = VERIGATOR_LOG_WARN,
    /// One line for each call that was answered.
    info = VERIGATOR_LOG_INFO,
    /// What happens within a call.
    debug = VERIGATOR_LOG_DEBUG,
};

/// What went wrong: the HTTP status that the service answered (positive; one without a name here
/// comes back as its own number), or what arose on this side (negative). The numbers are permanent.
enum class status : verigator_status {
    /// Success; no error has it.
    ok = VERIGATOR_OK,
    /// An argument is missing, malformed or out of its limits. Nothing was sent.
    invalid_argument = VERIGATOR_INVALID_ARGUMENT,
    /// The object was moved from. Nothing was sent.
    invalid_handle = VERIGATOR_INVALID_HANDLE,
    /// An option, or the options together, cannot be used. Nothing was sent.
    invalid_config = VERIGATOR_INVALID_CONFIG,
    /// The context, or the queue, was closed before the call. Nothing was sent.
    closed = VERIGATOR_CLOSED,
    /// The name of the server or proxy could not be resolved. Nothing was sent.
    dns = VERIGATOR_DNS,
    /// No connection could be made. Nothing was sent.
    connect = VERIGATOR_CONNECT,
    /// TLS failed: certificate, host name, pinned key, version, or a peer that speaks no TLS.
    tls = VERIGATOR_TLS,
    /// The connection broke after it was made.
    disconnected = VERIGATOR_DISCONNECTED,
    /// The deadline passed.
    timeout = VERIGATOR_TIMEOUT,
    /// The call was cancelled, or the context closed, while it waited.
    cancelled = VERIGATOR_CANCELLED,
    /// The proxy failed or refused: it could not be reached, wants other credentials, or did not
    /// open the way to the service. Nothing was sent to the service.
    proxy = VERIGATOR_PROXY,
    /// The reply breaks the contract.
    protocol = VERIGATOR_PROTOCOL,
    /// The reply is larger than the limit.
    too_large = VERIGATOR_TOO_LARGE,
    /// The operating system refused a resource: descriptors, memory, threads or random numbers.
    system = VERIGATOR_SYSTEM,
    /// A defect in the library was caught before it reached the program. The context still works.
    panic = VERIGATOR_PANIC,
    /// No call has ended in the time that was given. Only queue::dispatch returns it; no error has
    /// it.
    pending = VERIGATOR_PENDING,
    /// No call is under way in the queue, and none waits in it. Only queue::dispatch returns it; no
    /// error has it.
    empty = VERIGATOR_EMPTY,
    /// 400: the request is malformed; treat it as invalid_data.
    bad_request = VERIGATOR_BAD_REQUEST,
    /// 401: the API username or password is missing or wrong.
    unauthorized = VERIGATOR_UNAUTHORIZED,
    /// 403: the account may not touch this resource.
    forbidden = VERIGATOR_FORBIDDEN,
    /// 404: no such service, user, enrolment or pending verification.
    not_found = VERIGATOR_NOT_FOUND,
    /// 409: it exists already, or an authentication cannot start now.
    conflict = VERIGATOR_CONFLICT,
    /// 422: a value is not acceptable to the service.
    invalid_data = VERIGATOR_INVALID_DATA,
    /// 429: too many requests; see error::retry_after.
    too_many_requests = VERIGATOR_TOO_MANY_REQUESTS,
    /// 500: the service failed.
    internal_server_error = VERIGATOR_INTERNAL_SERVER_ERROR,
    /// 501: the server has no such route. It may have answered 404 or 405 (see error::http_status),
    /// on a route that not every server has.
    not_supported = VERIGATOR_NOT_SUPPORTED,
    /// 502: a gateway got no proper answer from the service.
    bad_gateway = VERIGATOR_BAD_GATEWAY,
    /// 503: the service is not available now; see error::retry_after.
    service_unavailable = VERIGATOR_SERVICE_UNAVAILABLE,
    /// 504: a gateway got no answer in time.
    gateway_timeout = VERIGATOR_GATEWAY_TIMEOUT,
};

/// What a program does about an error, coarser than its status.
enum class kind : verigator_kind {
    /// The call itself was wrong: mend the program or its configuration.
    usage = VERIGATOR_KIND_USAGE,
    /// The service was not reached, or the connection broke.
    network = VERIGATOR_KIND_NETWORK,
    /// The deadline passed.
    timeout = VERIGATOR_KIND_TIMEOUT,
    /// The call was cancelled, or the context closed, while it waited.
    cancelled = VERIGATOR_KIND_CANCELLED,
    /// The reply cannot be believed.
    protocol = VERIGATOR_KIND_PROTOCOL,
    /// The service answered with an error status.
    service = VERIGATOR_KIND_SERVICE,
    /// The process ran out of something, or the library has a defect.
    internal = VERIGATOR_KIND_INTERNAL,
};

/// Returns the name of a status as the C header has it, such as "NOT_FOUND", for logs; "UNKNOWN"
/// for one without a name. Any thread.
[[nodiscard]] inline std::string_view status_name(status value) noexcept {
    return verigator_status_name(static_cast<verigator_status>(value));
}

/// Returns the version of the library that was loaded, such as "1.0.0". Any thread.
[[nodiscard]] inline std::string_view version() noexcept {
    return verigator_version();
}

class verification;
class user_view;
class service_view;

/// What is not for programs: it may change with every release.
namespace detail {
struct core;
} // namespace detail

/// Everything known about one failure.
///
/// It is cheap to copy, does not change, and any thread may read it. It holds no password and no
/// token.
class error : public std::exception {
  public:
    /// Makes another reference to the same failure. There is no move that would leave an empty one.
    error(const error &) noexcept = default;
    /// Refers to another failure from now on.
    error &operator=(const error &) noexcept = default;
    ~error() override = default;

    /// Returns the message(), NUL-terminated.
    [[nodiscard]] const char *what() const noexcept override {
        return facts_->message.c_str();
    }

    /// Returns what went wrong, as one number.
    [[nodiscard]] verigator::status status() const noexcept {
        return facts_->status;
    }

    /// Returns what to do about it.
    [[nodiscard]] verigator::kind kind() const noexcept {
        return facts_->kind;
    }

    /// Returns the HTTP status that made the call fail, if it did not fail otherwise.
    [[nodiscard]] std::optional<int> http_status() const noexcept {
        return facts_->http_status;
    }

    /// Returns one line for a person: what was wrong, with which value, and what to do.
    ///
    /// It is safe to print: control characters from the network are replaced.
    [[nodiscard]] const std::string &message() const &noexcept {
        return facts_->message;
    }

    /// Returns the `message` of the service's reply exactly as it came, if there is one.
    ///
    /// Do not print it unescaped: it is the network's.
    [[nodiscard]] const std::optional<std::string> &service_message() const &noexcept {
        return facts_->service_message;
    }

    /// Returns the body of the reply exactly as it came, if one was read.
    [[nodiscard]] const std::optional<std::string> &body() const &noexcept {
        return facts_->body;
    }

    /// Returns the reply's X-Request-Id, for the operator of the service, if there is one.
    [[nodiscard]] const std::optional<std::string> &request_id() const &noexcept {
        return facts_->request_id;
    }

    /// @name Of an error that ends at once, a copy.
    /// @{

    /// Returns a copy of the message.
    [[nodiscard]] std::string message() const && {
        return facts_->message;
    }
    /// Returns a copy of the message of the service.
    [[nodiscard]] std::optional<std::string> service_message() const && {
        return facts_->service_message;
    }
    /// Returns a copy of the body of the reply.
    [[nodiscard]] std::optional<std::string> body() const && {
        return facts_->body;
    }
    /// Returns a copy of the reply's X-Request-Id.
    [[nodiscard]] std::optional<std::string> request_id() const && {
        return facts_->request_id;
    }
    /// @}

    /// Returns how long the service asked to wait (Retry-After), if it did.
    [[nodiscard]] std::optional<std::chrono::milliseconds> retry_after() const noexcept {
        return facts_->retry_after;
    }

    /// Returns whether bytes of the request may have reached the service.
    [[nodiscard]] bool maybe_sent() const noexcept {
        return facts_->maybe_sent;
    }

    /// Returns whether making the same call again can do no harm, such as a second message. It says
    /// nothing of whether the call would succeed.
    [[nodiscard]] bool retry_safe() const noexcept {
        return facts_->retry_safe;
    }

  private:
    friend struct detail::core;

    struct facts {
        verigator::status status;
        verigator::kind kind;
        std::optional<int> http_status;
        std::string message;
        std::optional<std::string> service_message;
        std::optional<std::string> body;
        std::optional<std::string> request_id;
        std::optional<std::chrono::milliseconds> retry_after;
        bool maybe_sent;
        bool retry_safe;
    };

    explicit error(facts known) : facts_(std::make_shared<const facts>(std::move(known))) {
    }

    // Shared, since copying an exception must not fail.
    std::shared_ptr<const facts> facts_;
};

namespace detail {

/// Throws the error or, where exceptions are off, prints it and ends the program.
[[noreturn]] inline void raise(const error &failure) {
#if VERIGATOR_EXCEPTIONS
    throw failure;
#else
    std::fprintf(stderr, "verigator: %s\n", failure.what());
    std::abort();
#endif
}

} // namespace detail

/// What a call without exceptions came to: a value, or an error.
///
/// It is read like std::expected, but what is not there is never read: value() of an error throws
/// that error (where exceptions are off, it ends the program), and error() of a value ends the
/// program.
template <class T> class [[nodiscard]] result {
  public:
    /// Holds a value.
    result(T value) noexcept(std::is_nothrow_move_constructible_v<T>)
        : outcome_(std::in_place_index<0>, std::move(value)) {
    }

    /// Holds an error.
    result(const verigator::error &failure) noexcept : outcome_(std::in_place_index<1>, failure) {
    }

    /// Returns whether there is a value. Of a verification, it says only that the service answered.
    [[nodiscard]] bool has_value() const noexcept {
        return outcome_.index() == 0;
    }

    /// Returns has_value(). A result that holds a verification has no such conversion.
    [[nodiscard]] explicit operator bool() const noexcept {
        static_assert(!std::is_same_v<T, verification>,
                      "that the service answered is not yet a yes: ask verified() or has_value()");
        return has_value();
    }

    /// Returns whether the service answered, and its answer is yes. Only for a verification.
    template <class U = T>
    [[nodiscard]] std::enable_if_t<std::is_same_v<U, verification>, bool>
    verified() const noexcept {
        return has_value() && std::get_if<0>(&outcome_)->verified();
    }

    /// Returns the value, or throws the error.
    [[nodiscard]] T &value() & {
        return *present();
    }

    /// Returns the value, or throws the error.
    [[nodiscard]] const T &value() const & {
        return *present();
    }

    /// Moves the value out, or throws the error.
    [[nodiscard]] T value() && {
        return std::move(*present());
    }

    /// Returns value().
    [[nodiscard]] T &operator*() & {
        return *present();
    }

    /// Returns value().
    [[nodiscard]] const T &operator*() const & {
        return *present();
    }

    /// Moves value() out.
    [[nodiscard]] T operator*() && {
        return std::move(*present());
    }

    /// Reaches into value().
    [[nodiscard]] T *operator->() & {
        return present();
    }

    /// Reaches into value().
    [[nodiscard]] const T *operator->() const & {
        return present();
    }

    /// A view into a value that ends at once would dangle: give the result a name.
    void operator->() const && = delete;

    /// Returns the error; ends the program if there is none.
    [[nodiscard]] const verigator::error &error() const &noexcept {
        return failure();
    }

    /// Returns a copy of the error; ends the program if there is none.
    [[nodiscard]] verigator::error error() const &&noexcept {
        return failure();
    }

  private:
    const verigator::error &failure() const noexcept {
        if (const verigator::error *failure = std::get_if<1>(&outcome_)) {
            return *failure;
        }
        std::abort();
    }

    T *present() {
        if (has_value()) {
            return std::get_if<0>(&outcome_);
        }
        detail::raise(failure());
    }

    const T *present() const {
        if (has_value()) {
            return std::get_if<0>(&outcome_);
        }
        detail::raise(failure());
    }

    std::variant<T, verigator::error> outcome_;
};

/// What a call without exceptions that returns nothing came to: success, or an error.
template <> class [[nodiscard]] result<void> {
  public:
    /// Success.
    result() noexcept = default;

    /// Holds an error.
    result(const verigator::error &failure) noexcept : failure_(failure) {
    }

    /// Returns whether the call succeeded.
    [[nodiscard]] bool has_value() const noexcept {
        return !failure_;
    }

    /// Returns has_value().
    [[nodiscard]] explicit operator bool() const noexcept {
        return has_value();
    }

    /// Does nothing, or throws the error.
    void value() const {
        if (failure_) {
            detail::raise(*failure_);
        }
    }

    /// Returns the error; ends the program if there is none.
    [[nodiscard]] const verigator::error &error() const &noexcept {
        return failure();
    }

    /// Returns a copy of the error; ends the program if there is none.
    [[nodiscard]] verigator::error error() const &&noexcept {
        return failure();
    }

  private:
    const verigator::error &failure() const noexcept {
        if (!failure_) {
            std::abort();
        }
        return *failure_;
    }

    std::optional<verigator::error> failure_;
};

namespace detail {

/// The functions that free the handles.
struct freer {
    void operator()(verigator_config *handle) const noexcept {
        verigator_config_free(handle);
    }
    void operator()(verigator_ctx *handle) const noexcept {
        verigator_ctx_free(handle);
    }
    void operator()(verigator_error *handle) const noexcept {
        verigator_error_free(handle);
    }
    void operator()(verigator_service *handle) const noexcept {
        verigator_service_free(handle);
    }
    void operator()(verigator_services *handle) const noexcept {
        verigator_services_free(handle);
    }
    void operator()(verigator_enrolment *handle) const noexcept {
        verigator_enrolment_free(handle);
    }
    void operator()(verigator_enrolment_link *handle) const noexcept {
        verigator_enrolment_link_free(handle);
    }
    void operator()(verigator_totp_state *handle) const noexcept {
        verigator_totp_state_free(handle);
    }
    void operator()(verigator_recovery_codes *handle) const noexcept {
        verigator_recovery_codes_free(handle);
    }
    void operator()(verigator_user *handle) const noexcept {
        verigator_user_free(handle);
    }
    void operator()(verigator_users *handle) const noexcept {
        verigator_users_free(handle);
    }
    void operator()(verigator_challenge *handle) const noexcept {
        verigator_challenge_free(handle);
    }
    void operator()(verigator_verification *handle) const noexcept {
        verigator_verification_free(handle);
    }
    void operator()(verigator_call *handle) const noexcept {
        verigator_call_free(handle);
    }
    void operator()(verigator_queue *handle) const noexcept;
};

/// Owns a handle; NULL once moved from. Nothing dereferences a handle: it is not an address.
template <class Handle> using owner = std::unique_ptr<Handle, freer>;

/// Text from C as a view; empty for NULL.
inline std::string_view view(const char *text) noexcept {
    return text ? std::string_view(text) : std::string_view();
}

/// Text from C as a view; none for NULL.
inline std::optional<std::string_view> optional_view(const char *text) noexcept {
    return text ? std::optional<std::string_view>(text) : std::nullopt;
}

/// Text from C as a copy; none for NULL.
inline std::optional<std::string> optional_copy(const char *text) {
    return text ? std::optional<std::string>(text) : std::nullopt;
}

/// Calls a function of the program's for C, into which no exception may go on.
template <class Function, class... Arguments>
void VERIGATOR_CALL shielded(void *function, Arguments... arguments) noexcept {
#if VERIGATOR_EXCEPTIONS
    try {
        (*static_cast<Function *>(function))(arguments...);
    } catch (...) {
    }
#else
    (*static_cast<Function *>(function))(arguments...);
#endif
}

/// Ends a function of the program's that C no longer calls.
template <class Function> void VERIGATOR_CALL let_go(void *function) noexcept {
    delete static_cast<Function *>(function);
}

/// An argument for C: a NUL-terminated copy, wiped at its end since it may be a secret. A NUL in it
/// goes as the two bytes by which the core knows it, and refuses it.
class text {
  public:
    explicit text(std::string_view value) : is_null_(value.data() == nullptr) {
        const auto nuls = std::count(value.begin(), value.end(), '\0');
        // Enough at once, since what is outgrown is not wiped.
        copy_.reserve(value.size() + static_cast<std::size_t>(nuls));
        for (const char byte : value) {
            byte == '\0' ? copy_.append("\xc0\x80") : copy_.append(1, byte);
        }
    }

    text(const text &) = delete;
    text &operator=(const text &) = delete;

    ~text() {
        // Volatile, so that writing what nobody reads is not left out.
        volatile char *bytes = copy_.data();
        for (std::size_t index = 0; index < copy_.size(); index++) {
            bytes[index] = '\0';
        }
    }

    const char *c_str() const noexcept {
        return is_null_ ? nullptr : copy_.c_str();
    }

  private:
    std::string copy_;
    bool is_null_;
};

/// A path for C. Any bytes but a NUL may be a path's, so that the core could not know one.
class path {
  public:
    path(const char *name, std::string_view value)
        : name_(name), copy_(value), is_null_(value.data() == nullptr) {
    }

    const char *name() const noexcept {
        return name_;
    }

    const char *c_str() const noexcept {
        return is_null_ ? nullptr : copy_.c_str();
    }

    bool has_nul() const noexcept {
        return copy_.find('\0') != std::string::npos;
    }

  private:
    const char *name_;
    std::string copy_;
    bool is_null_;
};

/// The way into the C API: converts arguments and outcomes.
struct core {
    /// Makes a call whose value, if it has one, is in an output among the arguments.
    template <class Function, class... Arguments>
    static result<void> call(Function function, const Arguments &...arguments) {
        const path *refused = nullptr;
        ((refused = refused ? refused : path_with_nul(arguments)), ...);
        if (refused) {
            return invalid_config(std::string(refused->name()) +
                                  " has a NUL character; pass text without one");
        }
        const verigator_status status = function(passed(arguments)...);
        if (status == VERIGATOR_OK) {
            return {};
        }
        return last_error(status);
    }

    /// Sets an option. One that is refused here is refused in C as well, so that no context is
    /// made.
    template <class Function, class... Arguments>
    static result<void> set(Function function, verigator_config *config,
                            const Arguments &...arguments) {
        result<void> done = call(function, config, arguments...);
        if ((... || (path_with_nul(arguments) != nullptr))) {
            static_cast<void>(call(function, config, without_path(arguments)...));
        }
        return done;
    }

    /// Makes a call whose last argument is an output for the handle of a Noun.
    template <class Noun, class Function, class... Arguments>
    static result<Noun> make(Function function, const Arguments &...arguments) {
        decltype(std::declval<Noun &>().handle_.get()) handle = nullptr;
        if (result<void> called = call(function, arguments..., &handle); !called) {
            return called.error();
        }
        return Noun(handle);
    }

    /// An option that is refused on this side of the C API.
    static error invalid_config(std::string message) {
        return error({status::invalid_config,
                      kind::usage,
                      {},
                      std::move(message),
                      {},
                      {},
                      {},
                      {},
                      false,
                      true});
    }

    /// What a call that has ended came to.
    template <class T> static result<T> outcome(verigator_call *ended) {
        const verigator_status status = verigator_call_status(ended);
        if (status != VERIGATOR_OK) {
            const owner<verigator_error> failure(verigator_call_error(ended));
            return known_error(failure.get(), status);
        }
        if constexpr (std::is_void_v<T>) {
            return {};
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
            const std::int64_t remaining = verigator_call_remaining(ended);
            if (remaining < 0) {
                return bare_error(VERIGATOR_SYSTEM, "the answer was taken before");
            }
            return remaining;
        } else {
            decltype(std::declval<T &>().handle_.get()) handle = nullptr;
            answer(ended, handle);
            if (handle == nullptr) {
                return bare_error(VERIGATOR_SYSTEM, "there is no room for the answer");
            }
            return T(handle);
        }
    }

    /// The calling thread's last failure, of a call that returned `status`.
    static error last_error(verigator_status status) {
        const owner<verigator_error> last(verigator_last_error());
        // It goes on in the C++ object alone.
        verigator_clear_error();
        return known_error(last.get(), status);
    }

  private:
    static void answer(verigator_call *ended, verigator_service *&handle) noexcept {
        handle = verigator_call_service(ended);
    }
    static void answer(verigator_call *ended, verigator_services *&handle) noexcept {
        handle = verigator_call_services(ended);
    }
    static void answer(verigator_call *ended, verigator_enrolment *&handle) noexcept {
        handle = verigator_call_enrolment(ended);
    }
    static void answer(verigator_call *ended, verigator_enrolment_link *&handle) noexcept {
        handle = verigator_call_enrolment_link(ended);
    }
    static void answer(verigator_call *ended, verigator_totp_state *&handle) noexcept {
        handle = verigator_call_totp_state(ended);
    }
    static void answer(verigator_call *ended, verigator_recovery_codes *&handle) noexcept {
        handle = verigator_call_recovery_codes(ended);
    }
    static void answer(verigator_call *ended, verigator_user *&handle) noexcept {
        handle = verigator_call_user(ended);
    }
    static void answer(verigator_call *ended, verigator_users *&handle) noexcept {
        handle = verigator_call_users(ended);
    }
    static void answer(verigator_call *ended, verigator_challenge *&handle) noexcept {
        handle = verigator_call_challenge(ended);
    }
    static void answer(verigator_call *ended, verigator_verification *&handle) noexcept {
        handle = verigator_call_verification(ended);
    }

    /// A failure of which the library says no more: the request may have arrived.
    static error bare_error(verigator_status status, const char *message) {
        return error({static_cast<verigator::status>(status),
                      kind::internal,
                      {},
                      message,
                      {},
                      {},
                      {},
                      {},
                      true,
                      false});
    }

    /// All that is known of a failure with this status.
    static error known_error(const verigator_error *handle, verigator_status status) {
        if (verigator_error_status(handle) != status) {
            // The library had no room to remember it, so that only the status is known.
            return bare_error(status, verigator_status_name(status));
        }
        std::size_t length = 0;
        const char *body = verigator_error_body(handle, &length);
        const int http_status = verigator_error_http_status(handle);
        const std::int64_t retry_after = verigator_error_retry_after_ms(handle);
        return error(
            {static_cast<verigator::status>(status),
             static_cast<verigator::kind>(verigator_error_kind(handle)),
             http_status ? std::optional<int>(http_status) : std::nullopt,
             verigator_error_message(handle),
             optional_copy(verigator_error_service_message(handle)),
             body ? std::optional<std::string>(std::in_place, body, length) : std::nullopt,
             optional_copy(verigator_error_request_id(handle)),
             retry_after < 0 ? std::nullopt : std::optional<std::chrono::milliseconds>(retry_after),
             verigator_error_maybe_sent(handle) != 0, verigator_error_retry_safe(handle) == 1});
    }

  private:
    static const path *path_with_nul(const path &argument) noexcept {
        return argument.has_nul() ? &argument : nullptr;
    }

    template <class Argument> static const path *path_with_nul(const Argument &) noexcept {
        return nullptr;
    }

    static const char *without_path(const path &) noexcept {
        return nullptr;
    }

    template <class Argument>
    static const Argument &without_path(const Argument &argument) noexcept {
        return argument;
    }

    static const char *passed(const text &argument) noexcept {
        return argument.c_str();
    }

    static const char *passed(const path &argument) noexcept {
        return argument.c_str();
    }

    template <class Argument> static Argument passed(const Argument &argument) noexcept {
        return argument;
    }
};

} // namespace detail

/// A registered service: what its users log in to.
///
/// context::create_service and context::get_service make it. It stays registered when this object
/// ends: see context::delete_service.
class [[nodiscard]] service {
  public:
    /// Returns the service's id, for the other calls.
    [[nodiscard]] std::string_view id() const &noexcept {
        return detail::view(verigator_service_id(handle_.get()));
    }

    /// Returns the service's name.
    [[nodiscard]] std::string_view name() const &noexcept {
        return detail::view(verigator_service_name(handle_.get()));
    }

    /// Returns when the service was made, an RFC 3339 timestamp.
    [[nodiscard]] std::string_view ctime() const &noexcept {
        return detail::view(verigator_service_ctime(handle_.get()));
    }

    /// @name A view into an object that ends at once would dangle: give the object a name.
    /// @{
    void id() const && = delete;
    void name() const && = delete;
    void ctime() const && = delete;
    /// @}

  private:
    friend struct detail::core;

    explicit service(verigator_service *handle) noexcept : handle_(handle) {
    }

    detail::owner<verigator_service> handle_;
};

/// A user of a service.
///
/// context::create_user and context::get_user make it. The user stays registered when this object
/// ends: see context::delete_user.
class [[nodiscard]] user {
  public:
    /// Returns the user's id at Verigator, for the other calls.
    [[nodiscard]] std::string_view id() const &noexcept {
        return detail::view(verigator_user_id(handle_.get()));
    }

    /// Returns when the user was registered, an RFC 3339 timestamp.
    [[nodiscard]] std::string_view ctime() const &noexcept {
        return detail::view(verigator_user_ctime(handle_.get()));
    }

    /// Returns the caller's own name for the user.
    [[nodiscard]] std::string_view id_in_service() const &noexcept {
        return detail::view(verigator_user_id_in_service(handle_.get()));
    }

    /// @name A view into an object that ends at once would dangle: give the object a name.
    /// @{
    void id() const && = delete;
    void ctime() const && = delete;
    void id_in_service() const && = delete;
    /// @}

  private:
    friend struct detail::core;

    explicit user(verigator_user *handle) noexcept : handle_(handle) {
    }

    detail::owner<verigator_user> handle_;
};

namespace detail {

template <class Element> class list;

/// Walks over a list. Two iterators may be compared if they are of the same list.
template <class Element> class list_iterator {
  public:
    /// What it gives.
    using value_type = typename Element::value_type;
    /// It gives values, not references into the list.
    using reference = value_type;
    /// What lets `it->id()` work on a value.
    class pointer {
      public:
        /// Reaches the element.
        const value_type *operator->() const noexcept {
            return &element_;
        }

      private:
        friend class list_iterator;

        explicit pointer(value_type element) noexcept : element_(element) {
        }

        value_type element_;
    };
    /// How far two iterators are apart.
    using difference_type = std::ptrdiff_t;
    /// Up to C++17, an iterator that gives values is an input iterator.
    using iterator_category = std::input_iterator_tag;
    /// From C++20 on, it is a forward iterator: a list can be walked over again.
    using iterator_concept = std::forward_iterator_tag;

    /// Is of no list; only to be assigned to.
    list_iterator() noexcept = default;

    /// Returns the element that it stands at.
    [[nodiscard]] value_type operator*() const noexcept {
        return Element::at(list_, index_);
    }

    /// Reaches the element that it stands at.
    [[nodiscard]] pointer operator->() const noexcept {
        return pointer(**this);
    }

    /// Goes on to the next element.
    list_iterator &operator++() noexcept {
        index_++;
        return *this;
    }

    /// Goes on to the next element, and returns where it was.
    list_iterator operator++(int) noexcept {
        const list_iterator before = *this;
        ++*this;
        return before;
    }

    /// Returns whether both stand at the same element.
    [[nodiscard]] friend bool operator==(const list_iterator &left,
                                         const list_iterator &right) noexcept {
        return left.index_ == right.index_;
    }

    /// Returns whether they stand at different elements.
    [[nodiscard]] friend bool operator!=(const list_iterator &left,
                                         const list_iterator &right) noexcept {
        return !(left == right);
    }

  private:
    friend class list<Element>;

    list_iterator(const typename Element::handle_type *list, std::size_t index) noexcept
        : list_(list), index_(index) {
    }

    const typename Element::handle_type *list_ = nullptr;
    std::size_t index_ = 0;
};

/// What lists have in common: each is a forward range.
template <class Element> class list {
  public:
    /// Walks over a list.
    using iterator = list_iterator<Element>;
    /// The list does not change, so there is one kind of iterator.
    using const_iterator = iterator;
    /// What the list holds.
    using value_type = typename Element::value_type;

    /// Returns an iterator at the first element.
    [[nodiscard]] iterator begin() const &noexcept {
        return iterator(handle_.get(), 0);
    }

    /// Returns an iterator behind the last element.
    [[nodiscard]] iterator end() const &noexcept {
        return iterator(handle_.get(), size());
    }

    /// Returns how many elements are in the list.
    [[nodiscard]] std::size_t size() const noexcept {
        return Element::count(handle_.get());
    }

    /// Returns whether there is nothing in the list.
    [[nodiscard]] bool empty() const noexcept {
        return size() == 0;
    }

    /// Returns the element at `index`, counted from 0; behind the last one, all its texts are
    /// empty.
    [[nodiscard]] value_type operator[](std::size_t index) const &noexcept {
        return Element::at(handle_.get(), index);
    }

    /// @name A view into a list that ends at once would dangle: give the list a name.
    /// @{
    void begin() const && = delete;
    void end() const && = delete;
    void operator[](std::size_t index) const && = delete;
    /// @}

  protected:
    explicit list(typename Element::handle_type *handle) noexcept : handle_(handle) {
    }

    owner<typename Element::handle_type> handle_;
};

/// What a list of users holds.
struct user_in_list {
    using value_type = user_view;
    using handle_type = verigator_users;

    static std::size_t count(const handle_type *list) noexcept {
        return verigator_users_count(list);
    }
    static user_view at(const verigator_users *list, std::size_t index) noexcept;
};

/// What a list of services holds.
struct service_in_list {
    using value_type = service_view;
    using handle_type = verigator_services;

    static std::size_t count(const handle_type *list) noexcept {
        return verigator_services_count(list);
    }
    static service_view at(const verigator_services *list, std::size_t index) noexcept;
};

/// What a list of recovery codes holds.
struct code_in_list {
    using value_type = std::string_view;
    using handle_type = verigator_recovery_codes;

    static std::size_t count(const handle_type *list) noexcept {
        return verigator_recovery_codes_count(list);
    }
    static std::string_view at(const verigator_recovery_codes *list, std::size_t index) noexcept {
        return view(verigator_recovery_codes_get(list, index));
    }
};

} // namespace detail

/// One user in a list: light to copy, and of use as long as the list that it came from.
class user_view {
  public:
    /// Returns the user's id at Verigator, for the other calls. The text is the list's.
    [[nodiscard]] std::string_view id() const noexcept {
        return detail::view(verigator_users_id(users_, index_));
    }

    /// Returns when the user was registered, an RFC 3339 timestamp. The text is the list's.
    [[nodiscard]] std::string_view ctime() const noexcept {
        return detail::view(verigator_users_ctime(users_, index_));
    }

    /// Returns the caller's own name for the user. The text is the list's.
    [[nodiscard]] std::string_view id_in_service() const noexcept {
        return detail::view(verigator_users_id_in_service(users_, index_));
    }

  private:
    friend struct detail::user_in_list;

    user_view(const verigator_users *users, std::size_t index) noexcept
        : users_(users), index_(index) {
    }

    const verigator_users *users_;
    std::size_t index_;
};

inline user_view detail::user_in_list::at(const verigator_users *list, std::size_t index) noexcept {
    return user_view(list, index);
}

/// The users of one service, or a page of them: a forward range of user_view.
///
/// context::list_users and context::page_users make it. Iterators and views stay of use when the
/// list is moved.
class [[nodiscard]] users : public detail::list<detail::user_in_list> {
  public:
    /// Returns how many users the service has, as it says: size(), unless it sent only some.
    [[nodiscard]] std::uint64_t total() const noexcept {
        return verigator_users_total(handle_.get());
    }

    /// Returns what context::page_users takes for the next page; none on the last one.
    [[nodiscard]] std::optional<std::string_view> next_cursor() const &noexcept {
        return detail::optional_view(verigator_users_next_cursor(handle_.get()));
    }

    /// A view into a list that ends at once would dangle: give the list a name.
    void next_cursor() const && = delete;

  private:
    friend struct detail::core;

    explicit users(verigator_users *handle) noexcept : list(handle) {
    }
};

/// One service in a list: light to copy, and of use as long as the list that it came from.
class service_view {
  public:
    /// Returns the service's id, for the other calls. The text is the list's.
    [[nodiscard]] std::string_view id() const noexcept {
        return detail::view(verigator_services_id(services_, index_));
    }

    /// Returns the service's name. The text is the list's.
    [[nodiscard]] std::string_view name() const noexcept {
        return detail::view(verigator_services_name(services_, index_));
    }

    /// Returns when the service was made, an RFC 3339 timestamp. The text is the list's.
    [[nodiscard]] std::string_view ctime() const noexcept {
        return detail::view(verigator_services_ctime(services_, index_));
    }

  private:
    friend struct detail::service_in_list;

    service_view(const verigator_services *services, std::size_t index) noexcept
        : services_(services), index_(index) {
    }

    const verigator_services *services_;
    std::size_t index_;
};

inline service_view detail::service_in_list::at(const verigator_services *list,
                                                std::size_t index) noexcept {
    return service_view(list, index);
}

/// A page of the services of an account: a forward range of service_view.
///
/// context::page_services makes it. Iterators and views stay of use when the list is moved.
class [[nodiscard]] services : public detail::list<detail::service_in_list> {
  public:
    /// Returns how many services the account has, as the server says.
    [[nodiscard]] std::uint64_t total() const noexcept {
        return verigator_services_total(handle_.get());
    }

    /// Returns what context::page_services takes for the next page; none on the last one.
    [[nodiscard]] std::optional<std::string_view> next_cursor() const &noexcept {
        return detail::optional_view(verigator_services_next_cursor(handle_.get()));
    }

    /// A view into a list that ends at once would dangle: give the list a name.
    void next_cursor() const && = delete;

  private:
    friend struct detail::core;

    explicit services(verigator_services *handle) noexcept : list(handle) {
    }
};

/// A user's recovery codes, each a token for one verification: a forward range of std::string_view.
///
/// context::create_recovery_codes makes it. They are shown to their user once, not logged, and
/// wiped when this ends. Iterators and views stay of use when the list is moved.
class [[nodiscard]] recovery_codes : public detail::list<detail::code_in_list> {
  private:
    friend struct detail::core;

    explicit recovery_codes(verigator_recovery_codes *handle) noexcept : list(handle) {
    }
};

/// What an authenticator app is enrolled with. context::begin_totp makes it.
///
/// All of its texts are the secret in some form: they are shown to their user once, not logged, and
/// wiped when this ends.
class [[nodiscard]] enrolment {
  public:
    /// Returns the secret in base32 (RFC 4648 section 6), for who cannot scan.
    [[nodiscard]] std::string_view secret() const &noexcept {
        return detail::view(verigator_enrolment_secret(handle_.get()));
    }

    /// Returns the same as a URI for the app, which begins with "otpauth://".
    [[nodiscard]] std::string_view uri() const &noexcept {
        return detail::view(verigator_enrolment_uri(handle_.get()));
    }

    /// Returns that URI as a QR code, an SVG image.
    [[nodiscard]] std::string_view qr_svg() const &noexcept {
        return detail::view(verigator_enrolment_qr_svg(handle_.get()));
    }

    /// Returns whether an enrolment that was begun before and not confirmed has ended by this one.
    [[nodiscard]] bool replaced() const noexcept {
        return verigator_enrolment_replaced(handle_.get()) == 1;
    }

    /// @name A view into an object that ends at once would dangle: give the object a name.
    /// @{
    void secret() const && = delete;
    void uri() const && = delete;
    void qr_svg() const && = delete;
    /// @}

  private:
    friend struct detail::core;

    explicit enrolment(verigator_enrolment *handle) noexcept : handle_(handle) {
    }

    detail::owner<verigator_enrolment> handle_;
};

/// A link by which a user sets an authenticator app up. context::create_totp_link makes it.
///
/// Whoever opens it sets an app up: it is given to its user alone, not logged, and wiped when this
/// ends.
class [[nodiscard]] enrolment_link {
  public:
    /// Returns the URL that the user opens: https, or http at a server for development.
    [[nodiscard]] std::string_view url() const &noexcept {
        return detail::view(verigator_enrolment_link_url(handle_.get()));
    }

    /// Returns when the link ends, as the server says it (RFC 3339).
    [[nodiscard]] std::string_view expires_at() const &noexcept {
        return detail::view(verigator_enrolment_link_expires_at(handle_.get()));
    }

    /// Returns whether the link ended another one that was good, or an enrolment that was not
    /// confirmed.
    [[nodiscard]] bool replaced() const noexcept {
        return verigator_enrolment_link_replaced(handle_.get()) == 1;
    }

    /// @name A view into an object that ends at once would dangle: give the object a name.
    /// @{
    void url() const && = delete;
    void expires_at() const && = delete;
    /// @}

  private:
    friend struct detail::core;

    explicit enrolment_link(verigator_enrolment_link *handle) noexcept : handle_(handle) {
    }

    detail::owner<verigator_enrolment_link> handle_;
};

/// How far the enrolment of a user's authenticator app has come. context::get_totp makes it.
class [[nodiscard]] totp_state {
  public:
    /// Returns whether an app is confirmed, so that logins use it.
    [[nodiscard]] bool confirmed() const noexcept {
        return verigator_totp_state_confirmed(handle_.get()) == 1;
    }

    /// Returns whether an enrolment was begun that waits for its first token.
    [[nodiscard]] bool pending() const noexcept {
        return verigator_totp_state_pending(handle_.get()) == 1;
    }

  private:
    friend struct detail::core;

    explicit totp_state(verigator_totp_state *handle) noexcept : handle_(handle) {
    }

    detail::owner<verigator_totp_state> handle_;
};

/// A started authentication that waits for its token.
///
/// context::initiate makes it (or a program, from what it stored), context::verify uses it.
class [[nodiscard]] challenge {
  public:
#if VERIGATOR_EXCEPTIONS
    /// Makes a challenge from its parts, as another process that started it may have stored them.
    ///
    /// `auth_id` may be absent. Nothing is sent.
    explicit challenge(verigator::method method,
                       std::optional<std::string_view> auth_id = std::nullopt)
        : challenge(try_make(method, auth_id).value()) {
    }
#endif

    /// Makes a challenge like the constructor, but does not throw.
    static result<challenge> try_make(verigator::method method,
                                      std::optional<std::string_view> auth_id = std::nullopt) {
        return detail::core::make<challenge>(verigator_challenge_new,
                                             static_cast<verigator_method>(method),
                                             detail::text(auth_id.value_or(std::string_view())));
    }

    /// Returns the method that is really used; neither of the two if the object was moved from.
    [[nodiscard]] verigator::method method() const noexcept {
        return static_cast<verigator::method>(verigator_challenge_method(handle_.get()));
    }

    /// Returns the id of this authentication, if the service gave one.
    [[nodiscard]] std::optional<std::string_view> auth_id() const &noexcept {
        return detail::optional_view(verigator_challenge_auth_id(handle_.get()));
    }

    /// A view into an object that ends at once would dangle: give the object a name.
    void auth_id() const && = delete;

  private:
    friend struct detail::core;
    friend class context;

    explicit challenge(verigator_challenge *handle) noexcept : handle_(handle) {
    }

    detail::owner<verigator_challenge> handle_;
};

/// What the service says of a token. context::verify makes it.
///
/// That it exists says only that the service answered. There is no conversion to bool: verified()
/// is the one yes.
class [[nodiscard]] verification {
  public:
    /// Returns whether the token proves the login. Only true is a yes; a moved-from object is a no.
    [[nodiscard]] bool verified() const noexcept {
        return verigator_verification_verified(handle_.get()) == 1;
    }

    /// Returns the method that was checked, if the service says so.
    [[nodiscard]] std::optional<verigator::method> method() const noexcept {
        const verigator_method used = verigator_verification_method(handle_.get());
        return used ? std::optional(static_cast<verigator::method>(used)) : std::nullopt;
    }

    /// Returns whether there were too many checks: wait before the next one.
    [[nodiscard]] bool throttled() const noexcept {
        return verigator_verification_throttled(handle_.get()) == 1;
    }

    /// Returns whether the token was too old.
    [[nodiscard]] bool expired() const noexcept {
        return verigator_verification_expired(handle_.get()) == 1;
    }

    /// Returns whether the token was wrong.
    [[nodiscard]] bool invalid() const noexcept {
        return verigator_verification_invalid(handle_.get()) == 1;
    }

    /// Returns the service's word for the outcome, such as "INVALID", if it gave one.
    [[nodiscard]] std::optional<std::string_view> result() const &noexcept {
        return detail::optional_view(verigator_verification_result(handle_.get()));
    }

    /// A view into an object that ends at once would dangle: give the object a name.
    void result() const && = delete;

  private:
    friend struct detail::core;

    explicit verification(verigator_verification *handle) noexcept : handle_(handle) {
    }

    detail::owner<verigator_verification> handle_;
};

/// Receives a log line: its level and its text, which is valid until the function returns.
///
/// It runs on the thread that makes the call, on several at once if several make calls, and may
/// itself make calls. What it throws is caught and dropped.
using log_function = std::function<void(log_level, std::string_view)>;

/// The options of a context, each with a default but the credentials. For one thread as long as it
/// is changed; then any number may make contexts of it at once.
///
/// A setter checks its value at once and fails with status::invalid_config. Then no context is made
/// of the config until the option is set well: its default could be weaker than what was asked for.
/// The setters that throw return the config, so that they can be chained.
class [[nodiscard]] config {
  public:
#if VERIGATOR_EXCEPTIONS
    /// Makes a configuration with the API credentials and the defaults named at each setter.
    ///
    /// Both are 1 to 1024 bytes of printable ASCII without a blank at either end, and the username
    /// has no colon. status::invalid_config otherwise.
    config(std::string_view username, std::string_view password)
        : config(try_make(username, password).value()) {
    }

    /// Makes a configuration from the environment.
    ///
    /// VERIGATOR_USERNAME and VERIGATOR_PASSWORD must be set; VERIGATOR_BASE_URL, HTTPS_PROXY (for
    /// https), http_proxy (for http, in lower case only), ALL_PROXY and NO_PROXY may be. Do not use
    /// it in a program that runs with more rights than its caller. status::invalid_config: the
    /// message names the variable. No other thread may change the environment meanwhile.
    ///
    /// A proxy is a URL as in set_proxy(), with its credentials in it, or only "host:port" for one
    /// of HTTP. context judges it, and only the one that the base URL needs. NO_PROXY is as at
    /// verigator_config_from_env.
    static config from_env() {
        return try_from_env().value();
    }

    /// Sets where the service is. Default: "https://api.verigator.com".
    ///
    /// An https or http URL of at most 2048 bytes, without credentials, query or fragment; a path
    /// is put before the contract's own, which begins with "/v1". http is for a loopback address or
    /// localhost only, see set_allow_plain_http().
    config &set_base_url(std::string_view base_url) {
        return done(try_set_base_url(base_url));
    }

    /// Allows http to an address that is not loopback, or by a proxy that is not. Default: false.
    ///
    /// Whoever can touch the traffic can then read the credentials and answer "verified".
    config &set_allow_plain_http(bool allow) {
        return done(try_set_allow_plain_http(allow));
    }

    /// Connects to an IP address instead of looking up the name in the base URL. Default: none.
    ///
    /// `address` is such as "192.0.2.7" or "2001:db8::7". The name still goes into Host and is what
    /// the certificate must match. Refused beside a base URL that holds another IP address, and
    /// beside a proxy that looks the name up itself, which all but "socks5" do.
    config &set_address(std::string_view address) {
        return done(try_set_address(address));
    }

    /// Sets how long a connection may take to be made: name, TCP and TLS. Default: 5 s.
    ///
    /// 1 ms to 1 hour.
    config &set_connect_timeout(std::chrono::milliseconds timeout) {
        return done(try_set_connect_timeout(timeout));
    }

    /// Sets the deadline of a whole call, with its retries and its waiting. Default: 30 s.
    ///
    /// 1 ms to 1 hour.
    config &set_timeout(std::chrono::milliseconds timeout) {
        return done(try_set_timeout(timeout));
    }

    /// Sets how often a call that can safely be repeated is repeated. Default: 2.
    ///
    /// 0 to 10. Repeated is a request of which no byte was sent, and a get, list or delete that met
    /// a broken connection, 429, 502, 503 or 504. A start or a verify that may have arrived never
    /// is, nor is what took too long.
    config &set_max_retries(std::int64_t retries) {
        return done(try_set_max_retries(retries));
    }

    /// Sets the longest wait between two attempts. Default: 2 s.
    ///
    /// 1 ms to 1 hour. A longer Retry-After is not waited for: the call ends with the service's
    /// status.
    config &set_max_retry_wait(std::chrono::milliseconds wait) {
        return done(try_set_max_retry_wait(wait));
    }

    /// Sends all requests through a proxy. Default: none.
    ///
    /// `url` is "http://host:port" or "https://host:port" for a proxy of HTTP,
    /// "socks5h://host:port" or "socks5://host:port" for one of SOCKS 5 (RFC 1928); without a port
    /// it is 80, 443 or 1080. The proxy looks the name in the base URL up; only for "socks5" it is
    /// looked up here, and the proxy told its address. An https base URL is reached by CONNECT or
    /// SOCKS, so that no proxy sees any of it.
    ///
    /// `username` and `password` are for Basic authentication (RFC 7617) or that of SOCKS
    /// (RFC 1929), or both left out. Only an https proxy gets them by TLS. A SOCKS proxy that is
    /// given them must ask for them, and they and the host of the base URL are at most 234 bytes
    /// together.
    config &set_proxy(std::string_view url, std::string_view username = {},
                      std::string_view password = {}) {
        return done(try_set_proxy(url, username, password));
    }

    /// Uses no proxy, whatever was set before or is in the environment.
    config &unset_proxy() {
        return done(try_unset_proxy());
    }

    /// Trusts the certificate authorities in a PEM file, which is read now, and no others.
    ///
    /// Default: those of the operating system.
    config &set_ca_file(std::string_view path) {
        return done(try_set_ca_file(path));
    }

    /// Trusts the certificate authorities in a PEM text, and no others.
    ///
    /// Default: those of the operating system.
    config &set_ca_pem(std::string_view pem) {
        return done(try_set_ca_pem(pem));
    }

    /// Presents a client certificate from PEM files, which are read now. Default: none.
    ///
    /// The chain has the client's own certificate first; the key is not encrypted.
    config &set_client_certificate_file(std::string_view chain_path, std::string_view key_path) {
        return done(try_set_client_certificate_file(chain_path, key_path));
    }

    /// Presents a client certificate from PEM texts. Default: none.
    ///
    /// The chain has the client's own certificate first; the key is not encrypted.
    config &set_client_certificate_pem(std::string_view chain, std::string_view key) {
        return done(try_set_client_certificate_pem(chain, key));
    }

    /// Accepts only a server whose public key is pinned; call again for a second key. Default: any.
    ///
    /// `pin` is "sha256//" and the base64 of the SHA-256 of the key's SubjectPublicKeyInfo (the
    /// form of curl's --pinnedpubkey). The certificate must be valid as well.
    config &add_pinned_key(std::string_view pin) {
        return done(try_add_pinned_key(pin));
    }

    /// Sets the oldest TLS version spoken. Default: TLS 1.2.
    config &set_min_tls_version(tls_version version) {
        return done(try_set_min_tls_version(version));
    }

    /// Sets what stands in the User-Agent between prefix and suffix. Default: "verigator-cpp/" and
    /// the version of this header, then "libverigator/" and the version of the library.
    ///
    /// One product or more, 1 to 1024 bytes of printable ASCII.
    config &set_user_agent(std::string_view products) {
        return done(try_set_user_agent(products));
    }

    /// Puts a product of yours before set_user_agent()'s in the User-Agent, such as
    /// "my-library/1.0". Default: none.
    ///
    /// 1 to 1024 bytes of printable ASCII.
    config &set_user_agent_prefix(std::string_view prefix) {
        return done(try_set_user_agent_prefix(prefix));
    }

    /// Puts a product of yours after set_user_agent()'s in the User-Agent, such as "my-vpn/2.1".
    /// Default: none.
    ///
    /// 1 to 1024 bytes of printable ASCII.
    config &set_user_agent_suffix(std::string_view suffix) {
        return done(try_set_user_agent_suffix(suffix));
    }

    /// Sets how many idle connections are kept for later calls. Default: 16.
    ///
    /// 0 to 1024. It does not limit how many calls run at once.
    config &set_max_idle_connections(std::int64_t most) {
        return done(try_set_max_idle_connections(most));
    }

    /// Sets how many connections a queue makes at most, and so how many of its calls run at once.
    /// Default: 256.
    ///
    /// 1 to 65536. The others wait in order, their deadlines running. It does not limit calls that
    /// block.
    config &set_max_connections(std::int64_t most) {
        return done(try_set_max_connections(most));
    }

    /// Sets how long an idle connection may be used again. Default: 30 s.
    ///
    /// 1 ms to 1 hour. Keep it below the idle timeout of the server and of what stands before it.
    config &set_idle_timeout(std::chrono::milliseconds timeout) {
        return done(try_set_idle_timeout(timeout));
    }

    /// Sets the most bytes read of a reply's body. Default: 1048576.
    ///
    /// 1 to 67108864. A larger reply is status::too_large.
    config &set_max_response_bytes(std::int64_t most) {
        return done(try_set_max_response_bytes(most));
    }

    /// Hands log lines to `function`: those of `level` and those that matter more. Default: none.
    ///
    /// It is kept as long as this config and the contexts made of it, and ends with the last of
    /// them, on the thread that ends that. No line holds a password, a token or a body. An empty
    /// function is status::invalid_argument.
    config &set_log(log_level level, log_function function) {
        return done(try_set_log(level, std::move(function)));
    }
#endif

    /// Makes a configuration like the constructor, but does not throw.
    static result<config> try_make(std::string_view username, std::string_view password) {
        return with_products(detail::core::make<config>(
            verigator_config_new, detail::text(username), detail::text(password)));
    }

    /// As from_env(), but does not throw.
    static result<config> try_from_env() {
        return with_products(detail::core::make<config>(verigator_config_from_env));
    }

    /// As set_base_url(), but does not throw.
    result<void> try_set_base_url(std::string_view base_url) {
        return set(verigator_config_set_base_url, detail::text(base_url));
    }

    /// As set_allow_plain_http(), but does not throw.
    result<void> try_set_allow_plain_http(bool allow) {
        return set(verigator_config_set_allow_plain_http, std::int32_t(allow));
    }

    /// As set_address(), but does not throw.
    result<void> try_set_address(std::string_view address) {
        return set(verigator_config_set_address, detail::text(address));
    }

    /// As set_connect_timeout(), but does not throw.
    result<void> try_set_connect_timeout(std::chrono::milliseconds timeout) {
        return set(verigator_config_set_connect_timeout_ms, std::int64_t(timeout.count()));
    }

    /// As set_timeout(), but does not throw.
    result<void> try_set_timeout(std::chrono::milliseconds timeout) {
        return set(verigator_config_set_timeout_ms, std::int64_t(timeout.count()));
    }

    /// As set_max_retries(), but does not throw.
    result<void> try_set_max_retries(std::int64_t retries) {
        return set(verigator_config_set_max_retries, retries);
    }

    /// As set_max_retry_wait(), but does not throw.
    result<void> try_set_max_retry_wait(std::chrono::milliseconds wait) {
        return set(verigator_config_set_max_retry_wait_ms, std::int64_t(wait.count()));
    }

    /// As set_proxy(), but does not throw.
    result<void> try_set_proxy(std::string_view url, std::string_view username = {},
                               std::string_view password = {}) {
        return set(verigator_config_set_proxy, detail::text(url), detail::text(username),
                   detail::text(password));
    }

    /// As unset_proxy(), but does not throw.
    result<void> try_unset_proxy() {
        return set(verigator_config_unset_proxy);
    }

    /// As set_ca_file(), but does not throw.
    result<void> try_set_ca_file(std::string_view path) {
        return set(verigator_config_set_ca_file, detail::path("the CA file", path));
    }

    /// As set_ca_pem(), but does not throw.
    result<void> try_set_ca_pem(std::string_view pem) {
        return set(verigator_config_set_ca_pem, pem.data(), pem.size());
    }

    /// As set_client_certificate_file(), but does not throw.
    result<void> try_set_client_certificate_file(std::string_view chain_path,
                                                 std::string_view key_path) {
        return set(verigator_config_set_client_certificate_file,
                   detail::path("the client certificate file", chain_path),
                   detail::path("the client key file", key_path));
    }

    /// As set_client_certificate_pem(), but does not throw.
    result<void> try_set_client_certificate_pem(std::string_view chain, std::string_view key) {
        return set(verigator_config_set_client_certificate_pem, chain.data(), chain.size(),
                   key.data(), key.size());
    }

    /// As add_pinned_key(), but does not throw.
    result<void> try_add_pinned_key(std::string_view pin) {
        return set(verigator_config_add_pinned_key, detail::text(pin));
    }

    /// As set_min_tls_version(), but does not throw.
    result<void> try_set_min_tls_version(tls_version version) {
        return set(verigator_config_set_min_tls_version,
                   static_cast<verigator_tls_version>(version));
    }

    /// As set_user_agent(), but does not throw.
    result<void> try_set_user_agent(std::string_view products) {
        return set(verigator_config_set_user_agent, detail::text(products));
    }

    /// As set_user_agent_prefix(), but does not throw.
    result<void> try_set_user_agent_prefix(std::string_view prefix) {
        return set(verigator_config_set_user_agent_prefix, detail::text(prefix));
    }

    /// As set_user_agent_suffix(), but does not throw.
    result<void> try_set_user_agent_suffix(std::string_view suffix) {
        return set(verigator_config_set_user_agent_suffix, detail::text(suffix));
    }

    /// As set_max_idle_connections(), but does not throw.
    result<void> try_set_max_idle_connections(std::int64_t most) {
        return set(verigator_config_set_max_idle_connections, most);
    }

    /// As set_max_connections(), but does not throw.
    result<void> try_set_max_connections(std::int64_t most) {
        return set(verigator_config_set_max_connections, most);
    }

    /// As set_idle_timeout(), but does not throw.
    result<void> try_set_idle_timeout(std::chrono::milliseconds timeout) {
        return set(verigator_config_set_idle_timeout_ms, std::int64_t(timeout.count()));
    }

    /// As set_max_response_bytes(), but does not throw.
    result<void> try_set_max_response_bytes(std::int64_t most) {
        return set(verigator_config_set_max_response_bytes, most);
    }

    /// As set_log(), but does not throw.
    result<void> try_set_log(log_level level, log_function function) {
        const verigator_log_callback callback = function ? hand_on : nullptr;
        const verigator_destroy_callback destroy = detail::let_go<log_function>;
        auto kept = std::make_unique<log_function>(std::move(function));
        result<void> done = set(verigator_config_set_log, static_cast<verigator_log_level>(level),
                                callback, static_cast<void *>(kept.get()), destroy);
        if (done) {
            // The library has it, until it lets go.
            static_cast<void>(kept.release());
        }
        return done;
    }

  private:
    friend struct detail::core;
    friend class context;

    explicit config(verigator_config *handle) noexcept : handle_(handle) {
    }

    static result<config> with_products(result<config> made) {
        const auto number = [](int part) { return std::to_string(part); };
        if (made) {
            const std::string products = "verigator-cpp/" + number(VERIGATOR_VERSION_MAJOR) + "." +
                                         number(VERIGATOR_VERSION_MINOR) + "." +
                                         number(VERIGATOR_VERSION_PATCH) + " libverigator/" +
                                         verigator_version();
            if (result<void> named = made->try_set_user_agent(products); !named) {
                return named.error();
            }
        }
        return made;
    }

    template <class Function, class... Arguments>
    result<void> set(Function function, const Arguments &...arguments) {
        return detail::core::set(function, handle_.get(), arguments...);
    }

#if VERIGATOR_EXCEPTIONS
    config &done(const result<void> &called) {
        called.value();
        return *this;
    }
#endif

    static void VERIGATOR_CALL hand_on(void *function, verigator_log_level level,
                                       const char *message) noexcept {
        detail::shielded<log_function>(function, static_cast<log_level>(level), message);
    }

    detail::owner<verigator_config> handle_;
};

/// Ends one call, from any thread: light to copy, and of use for as long as anybody likes.
class canceller {
  public:
    /// Ends the call as soon as may be, with status::cancelled. Nothing happens if it has ended.
    ///
    /// It still ends as any other: call::run returns, or its queue has it delivered. An answer that
    /// comes at the same moment is kept, and error::maybe_sent tells whether the request may have
    /// arrived. Any thread, at any time; not from a signal handler.
    void cancel() const noexcept {
        if (verigator_call_cancel(handle_) != VERIGATOR_OK) {
            verigator_clear_error();
        }
    }

  private:
    template <class T> friend class call;

    explicit canceller(verigator_call *handle) noexcept : handle_(handle) {
    }

    verigator_call *handle_;
};

/// One operation that is about to happen, with its arguments; its answer will be a T, or void.
///
/// context::call_verify and its like make it. It is made once: by run(), or by a queue. It keeps
/// what it needs of its context, which may end before. One that ends unmade sends nothing.
template <class T> class [[nodiscard]] call {
  public:
#if VERIGATOR_EXCEPTIONS
    /// Sets how long the whole of it may take. Default: as its context has it.
    ///
    /// 1 ms to 1 hour. In a queue the time begins when it is submitted. status::invalid_argument
    /// once it was run.
    void set_timeout(std::chrono::milliseconds timeout) {
        try_set_timeout(timeout).value();
    }

    /// Makes the call on this thread, and returns the answer.
    ///
    /// A canceller() ends it from another one. status::invalid_argument if it was run before.
    T run() {
        return try_run().value();
    }
#endif

    /// As set_timeout(), but does not throw.
    result<void> try_set_timeout(std::chrono::milliseconds timeout) {
        return detail::core::call(verigator_call_set_timeout_ms, handle_.get(),
                                  std::int64_t(timeout.count()));
    }

    /// As run(), but does not throw.
    result<T> try_run() {
        if (result<void> ran = detail::core::call(verigator_call_run, handle_.get()); !ran) {
            return ran.error();
        }
        return detail::core::outcome<T>(handle_.get());
    }

    /// Returns what ends the call, also once it was handed to a queue.
    [[nodiscard]] verigator::canceller canceller() const noexcept {
        return verigator::canceller(handle_.get());
    }

  private:
    friend struct detail::core;
    friend class queue;

    explicit call(verigator_call *handle) noexcept : handle_(handle) {
    }

    detail::owner<verigator_call> handle_;
};

/// What calls are made with: the options, and the idle connections.
///
/// Any number of threads may make calls at once. Every call can end with any negative status and
/// any HTTP status; what each names is only what is peculiar to it. Ids are 1 to 1024 bytes.
class [[nodiscard]] context {
  public:
#if VERIGATOR_EXCEPTIONS
    /// Makes a context with the options in `options`. Nothing is sent and nothing is looked up yet.
    ///
    /// They are copied. status::invalid_config: they cannot be used together, such as plain http to
    /// an address that is not loopback; or one was refused, and not set well since.
    explicit context(const config &options) : context(try_make(options).value()) {
    }

    /// Ends the calls that wait and refuses later ones. Cannot be undone.
    ///
    /// Waiting calls end with status::cancelled at once (a start or verify among them may have
    /// arrived), later ones with status::closed. Any thread; not from a signal handler.
    void close() const {
        try_close().value();
    }

    /// Closes the connections that no call uses now. Later calls make new ones.
    ///
    /// Those older than config::set_idle_timeout are closed only when a call takes or leaves one.
    void close_idle() const {
        try_close_idle().value();
    }

    /// Creates a service (POST /v1/service/service).
    ///
    /// `fqdn` is its host name and `name` what users see, each at most 4096 bytes.
    /// status::conflict: it exists already; status::invalid_data: a value is not acceptable. Not
    /// repeated if it may have arrived.
    service create_service(std::string_view fqdn, std::string_view name) const {
        return try_create_service(fqdn, name).value();
    }

    /// Reads a service (GET /v1/service/service/{sid}).
    ///
    /// status::not_found, status::forbidden: no such service, or another account's.
    service get_service(std::string_view service_id) const {
        return try_get_service(service_id).value();
    }

    /// Deletes a service and its users (DELETE /v1/service/service/{sid}).
    ///
    /// status::not_found also when a first attempt, whose answer was lost, deleted it.
    void delete_service(std::string_view service_id) const {
        try_delete_service(service_id).value();
    }

    /// Registers a user (POST /v1/service/service/{sid}/users).
    ///
    /// `phone_number` has its country prefix (E.164, such as "+3725555555"); `id_in_service` is the
    /// caller's own name for the user, such as an e-mail address; both at most 4096 bytes.
    /// status::conflict: the user exists already; status::invalid_data: a value is not acceptable.
    /// Not repeated if it may have arrived.
    user create_user(std::string_view service_id, std::string_view phone_number,
                     std::string_view id_in_service) const {
        return try_create_user(service_id, phone_number, id_in_service).value();
    }

    /// Reads a user (GET /v1/service/service/{sid}/users/{uid}).
    ///
    /// status::not_found, status::forbidden: no such service or user, or another account's.
    user get_user(std::string_view service_id, std::string_view user_id) const {
        return try_get_user(service_id, user_id).value();
    }

    /// Lists the users of a service (GET /v1/service/service/{sid}/users).
    users list_users(std::string_view service_id) const {
        return try_list_users(service_id).value();
    }

    /// Deletes a user (DELETE /v1/service/service/{sid}/users/{uid}).
    ///
    /// status::not_found also when a first attempt, whose answer was lost, deleted the user.
    void delete_user(std::string_view service_id, std::string_view user_id) const {
        try_delete_user(service_id, user_id).value();
    }

    /// Starts an authentication (POST /v1/service/service/{sid}/users/{uid}/auth).
    ///
    /// `preferred` is method::totp to prefer the authenticator app (a user who has none set up is
    /// sent an SMS instead) or method::sms; challenge::method says which is really used.
    ///
    /// It is never sent twice, since that would send a second message: after status::timeout or
    /// status::disconnected see error::maybe_sent. status::not_found: no such service or user;
    /// status::conflict: an authentication cannot start now.
    challenge initiate(std::string_view service_id, std::string_view user_id,
                       method preferred) const {
        return try_initiate(service_id, user_id, preferred).value();
    }

    /// Checks a token of any authentication of the user (PUT
    /// /v1/service/service/{sid}/users/{uid}/auth).
    ///
    /// It is the weaker check, for a program that does not have the challenge. `token` is 1 to 64
    /// printable ASCII characters: the PIN, the code or the recovery code that the user typed. That
    /// it returns means that the service answered: verification::verified is the answer. Every
    /// error is a no. It is never sent twice, since a token is good for one check.
    /// status::not_found: no such service, user or pending verification.
    verification verify(std::string_view service_id, std::string_view user_id,
                        std::string_view token) const {
        return try_verify(service_id, user_id, token).value();
    }

    /// Checks a token like the other verify(), and sends the method and auth_id of `started` along,
    /// so that a token of another authentication is not taken. status::invalid_handle, and nothing
    /// is sent, if it was moved from.
    verification verify(std::string_view service_id, std::string_view user_id,
                        const challenge &started, std::string_view token) const {
        return try_verify(service_id, user_id, started, token).value();
    }

    /// Finds a service of the account by its host name (GET /v1/service/service?fqdn={fqdn}).
    ///
    /// `fqdn` is 1 to 4096 bytes, and is compared as create_service() compares it. verigator-server
    /// has it; the hosted service has not (status::not_supported).
    service find_service(std::string_view fqdn) const {
        return try_find_service(fqdn).value();
    }

    /// Lists the services of the account by the page (GET /v1/service/service).
    ///
    /// At most `limit` of them, 1 to 1000. `cursor` is what services::next_cursor returns of the
    /// page before. verigator-server has it; the hosted service has not (status::not_supported).
    services page_services(std::int64_t limit,
                           std::optional<std::string_view> cursor = std::nullopt) const {
        return try_page_services(limit, cursor).value();
    }

    /// Finds a user by what the service calls it
    /// (GET /v1/service/service/{sid}/users?id_in_service={id}).
    ///
    /// It is compared as create_user() compares it. verigator-server has it; the hosted service has
    /// not (status::not_supported). status::not_found: the service has no user of that name.
    user find_user(std::string_view service_id, std::string_view id_in_service) const {
        return try_find_user(service_id, id_in_service).value();
    }

    /// Lists the users of a service by the page (GET /v1/service/service/{sid}/users).
    ///
    /// At most `limit` of them, 1 to 1000. `cursor` is what users::next_cursor returns of the page
    /// before. The hosted service has no pages, and answers with all users: a last page.
    users page_users(std::string_view service_id, std::int64_t limit,
                     std::optional<std::string_view> cursor = std::nullopt) const {
        return try_page_users(service_id, limit, cursor).value();
    }

    /// Lets a user log in again who is locked after too many wrong tokens
    /// (POST /v1/service/service/{sid}/users/{uid}/unlock).
    ///
    /// verigator-server has it; the hosted service has not (status::not_supported).
    void unlock_user(std::string_view service_id, std::string_view user_id) const {
        try_unlock_user(service_id, user_id).value();
    }

    /// Begins the enrolment of an authenticator app (POST
    /// /v1/service/service/{sid}/users/{uid}/totp).
    ///
    /// The user's app takes the answer, and confirm_totp() the app's first token; until then logins
    /// are as they were. It ends an enrolment that was begun before and not confirmed, so it is
    /// never sent twice. verigator-server has it; the hosted service has not
    /// (status::not_supported).
    enrolment begin_totp(std::string_view service_id, std::string_view user_id) const {
        return try_begin_totp(service_id, user_id).value();
    }

    /// Makes a link by which the user sets an authenticator app up, once (POST
    /// /v1/service/service/{sid}/users/{uid}/totp/link).
    ///
    /// It is good for `lifetime_seconds`, 60 to 604800 (a week). The user opens it in a browser,
    /// scans the QR code there and types the app's first token; until then logins are as they were.
    /// It ends a link that was made before and an enrolment that was not confirmed, so it is never
    /// sent twice. verigator-server has it; the hosted service has not (status::not_supported).
    /// status::conflict: the server does not know by which address users reach it.
    enrolment_link create_totp_link(std::string_view service_id, std::string_view user_id,
                                    std::int64_t lifetime_seconds = 3600) const {
        return try_create_totp_link(service_id, user_id, lifetime_seconds).value();
    }

    /// Confirms an enrolment by a token of the app (PUT
    /// /v1/service/service/{sid}/users/{uid}/totp).
    ///
    /// That it succeeds means that the enrolment is confirmed, and that logins use the app from now
    /// on. status::invalid_data: the token is not right. `token` is 1 to 64 printable ASCII
    /// characters. It is never sent twice. verigator-server has it; the hosted service has not
    /// (status::not_supported).
    void confirm_totp(std::string_view service_id, std::string_view user_id,
                      std::string_view token) const {
        try_confirm_totp(service_id, user_id, token).value();
    }

    /// Reads how far an enrolment has come (GET /v1/service/service/{sid}/users/{uid}/totp).
    ///
    /// verigator-server has it; the hosted service has not (status::not_supported).
    totp_state get_totp(std::string_view service_id, std::string_view user_id) const {
        return try_get_totp(service_id, user_id).value();
    }

    /// Removes the enrolment, confirmed or not (DELETE /v1/service/service/{sid}/users/{uid}/totp).
    ///
    /// verigator-server has it; the hosted service has not (status::not_supported).
    void delete_totp(std::string_view service_id, std::string_view user_id) const {
        try_delete_totp(service_id, user_id).value();
    }

    /// Makes recovery codes (POST /v1/service/service/{sid}/users/{uid}/recovery_codes).
    ///
    /// Each is a token for one verify(), whatever method was started. Those made before are good
    /// for nothing any more, so it is never sent twice. verigator-server has it; the hosted service
    /// has not (status::not_supported).
    recovery_codes create_recovery_codes(std::string_view service_id,
                                         std::string_view user_id) const {
        return try_create_recovery_codes(service_id, user_id).value();
    }

    /// Returns how many recovery codes are left (GET
    /// /v1/service/service/{sid}/users/{uid}/recovery_codes).
    ///
    /// verigator-server has it; the hosted service has not (status::not_supported).
    std::int64_t count_recovery_codes(std::string_view service_id, std::string_view user_id) const {
        return try_count_recovery_codes(service_id, user_id).value();
    }

    /// Removes the recovery codes (DELETE /v1/service/service/{sid}/users/{uid}/recovery_codes).
    ///
    /// verigator-server has it; the hosted service has not (status::not_supported).
    void delete_recovery_codes(std::string_view service_id, std::string_view user_id) const {
        try_delete_recovery_codes(service_id, user_id).value();
    }

    /// @name Calls of the same operations, for call::run or a queue.
    ///
    /// What is wrong with an argument is said here, and nothing is sent yet; what is no argument's
    /// fault is said when the call has ended.
    /// @{

    /// Makes a call that creates a service: as create_service().
    verigator::call<service> call_create_service(std::string_view fqdn,
                                                 std::string_view name) const {
        return try_call_create_service(fqdn, name).value();
    }

    /// Makes a call that reads a service: as get_service().
    verigator::call<service> call_get_service(std::string_view service_id) const {
        return try_call_get_service(service_id).value();
    }

    /// Makes a call that deletes a service and its users: as delete_service().
    verigator::call<void> call_delete_service(std::string_view service_id) const {
        return try_call_delete_service(service_id).value();
    }

    /// Makes a call that registers a user: as create_user().
    verigator::call<user> call_create_user(std::string_view service_id,
                                           std::string_view phone_number,
                                           std::string_view id_in_service) const {
        return try_call_create_user(service_id, phone_number, id_in_service).value();
    }

    /// Makes a call that reads a user: as get_user().
    verigator::call<user> call_get_user(std::string_view service_id,
                                        std::string_view user_id) const {
        return try_call_get_user(service_id, user_id).value();
    }

    /// Makes a call that lists the users of a service: as list_users().
    verigator::call<users> call_list_users(std::string_view service_id) const {
        return try_call_list_users(service_id).value();
    }

    /// Makes a call that deletes a user: as delete_user().
    verigator::call<void> call_delete_user(std::string_view service_id,
                                           std::string_view user_id) const {
        return try_call_delete_user(service_id, user_id).value();
    }

    /// Makes a call that starts an authentication: as initiate().
    verigator::call<challenge> call_initiate(std::string_view service_id, std::string_view user_id,
                                             method preferred) const {
        return try_call_initiate(service_id, user_id, preferred).value();
    }

    /// Makes a call that checks a token of any authentication of the user: as verify().
    verigator::call<verification> call_verify(std::string_view service_id, std::string_view user_id,
                                              std::string_view token) const {
        return try_call_verify(service_id, user_id, token).value();
    }

    /// Makes a call that checks a token of one authentication: as verify() with a challenge.
    verigator::call<verification> call_verify(std::string_view service_id, std::string_view user_id,
                                              const challenge &started,
                                              std::string_view token) const {
        return try_call_verify(service_id, user_id, started, token).value();
    }

    /// Makes a call that finds a service by its host name: as find_service().
    verigator::call<service> call_find_service(std::string_view fqdn) const {
        return try_call_find_service(fqdn).value();
    }

    /// Makes a call that lists the services of the account by the page: as page_services().
    verigator::call<services>
    call_page_services(std::int64_t limit,
                       std::optional<std::string_view> cursor = std::nullopt) const {
        return try_call_page_services(limit, cursor).value();
    }

    /// Makes a call that finds a user by what the service calls it: as find_user().
    verigator::call<user> call_find_user(std::string_view service_id,
                                         std::string_view id_in_service) const {
        return try_call_find_user(service_id, id_in_service).value();
    }

    /// Makes a call that lists the users of a service by the page: as page_users().
    verigator::call<users>
    call_page_users(std::string_view service_id, std::int64_t limit,
                    std::optional<std::string_view> cursor = std::nullopt) const {
        return try_call_page_users(service_id, limit, cursor).value();
    }

    /// Makes a call that lets a locked user log in again: as unlock_user().
    verigator::call<void> call_unlock_user(std::string_view service_id,
                                           std::string_view user_id) const {
        return try_call_unlock_user(service_id, user_id).value();
    }

    /// Makes a call that begins the enrolment of an authenticator app: as begin_totp().
    verigator::call<enrolment> call_begin_totp(std::string_view service_id,
                                               std::string_view user_id) const {
        return try_call_begin_totp(service_id, user_id).value();
    }

    /// Makes a call that makes a link by which the user sets an app up: as create_totp_link().
    verigator::call<enrolment_link>
    call_create_totp_link(std::string_view service_id, std::string_view user_id,
                          std::int64_t lifetime_seconds = 3600) const {
        return try_call_create_totp_link(service_id, user_id, lifetime_seconds).value();
    }

    /// Makes a call that confirms an enrolment by a token: as confirm_totp().
    verigator::call<void> call_confirm_totp(std::string_view service_id, std::string_view user_id,
                                            std::string_view token) const {
        return try_call_confirm_totp(service_id, user_id, token).value();
    }

    /// Makes a call that reads how far an enrolment has come: as get_totp().
    verigator::call<totp_state> call_get_totp(std::string_view service_id,
                                              std::string_view user_id) const {
        return try_call_get_totp(service_id, user_id).value();
    }

    /// Makes a call that removes an enrolment: as delete_totp().
    verigator::call<void> call_delete_totp(std::string_view service_id,
                                           std::string_view user_id) const {
        return try_call_delete_totp(service_id, user_id).value();
    }

    /// Makes a call that makes recovery codes: as create_recovery_codes().
    verigator::call<recovery_codes> call_create_recovery_codes(std::string_view service_id,
                                                               std::string_view user_id) const {
        return try_call_create_recovery_codes(service_id, user_id).value();
    }

    /// Makes a call that says how many recovery codes are left: as count_recovery_codes().
    verigator::call<std::int64_t> call_count_recovery_codes(std::string_view service_id,
                                                            std::string_view user_id) const {
        return try_call_count_recovery_codes(service_id, user_id).value();
    }

    /// Makes a call that removes recovery codes: as delete_recovery_codes().
    verigator::call<void> call_delete_recovery_codes(std::string_view service_id,
                                                     std::string_view user_id) const {
        return try_call_delete_recovery_codes(service_id, user_id).value();
    }
    /// @}
#endif

    /// Makes a context like the constructor, but does not throw.
    static result<context> try_make(const config &options) {
        return detail::core::make<context>(verigator_ctx_new, options.handle_.get());
    }

    /// As close(), but does not throw.
    result<void> try_close() const {
        return detail::core::call(verigator_ctx_close, handle_.get());
    }

    /// As close_idle(), but does not throw.
    result<void> try_close_idle() const {
        return detail::core::call(verigator_ctx_close_idle, handle_.get());
    }

    /// As create_service(), but does not throw.
    result<service> try_create_service(std::string_view fqdn, std::string_view name) const {
        return detail::core::make<service>(verigator_service_create, handle_.get(),
                                           detail::text(fqdn), detail::text(name));
    }

    /// As get_service(), but does not throw.
    result<service> try_get_service(std::string_view service_id) const {
        return detail::core::make<service>(verigator_service_get, handle_.get(),
                                           detail::text(service_id));
    }

    /// As delete_service(), but does not throw.
    result<void> try_delete_service(std::string_view service_id) const {
        return detail::core::call(verigator_service_delete, handle_.get(),
                                  detail::text(service_id));
    }

    /// As create_user(), but does not throw.
    result<user> try_create_user(std::string_view service_id, std::string_view phone_number,
                                 std::string_view id_in_service) const {
        return detail::core::make<user>(verigator_user_create, handle_.get(),
                                        detail::text(service_id), detail::text(phone_number),
                                        detail::text(id_in_service));
    }

    /// As get_user(), but does not throw.
    result<user> try_get_user(std::string_view service_id, std::string_view user_id) const {
        return detail::core::make<user>(verigator_user_get, handle_.get(), detail::text(service_id),
                                        detail::text(user_id));
    }

    /// As list_users(), but does not throw.
    result<users> try_list_users(std::string_view service_id) const {
        return detail::core::make<users>(verigator_user_list, handle_.get(),
                                         detail::text(service_id));
    }

    /// As delete_user(), but does not throw.
    result<void> try_delete_user(std::string_view service_id, std::string_view user_id) const {
        return detail::core::call(verigator_user_delete, handle_.get(), detail::text(service_id),
                                  detail::text(user_id));
    }

    /// As initiate(), but does not throw.
    result<challenge> try_initiate(std::string_view service_id, std::string_view user_id,
                                   method preferred) const {
        return detail::core::make<challenge>(verigator_auth_start, handle_.get(),
                                             detail::text(service_id), detail::text(user_id),
                                             static_cast<verigator_method>(preferred));
    }

    /// As verify(), but does not throw. The result's verified() is the answer.
    result<verification> try_verify(std::string_view service_id, std::string_view user_id,
                                    std::string_view token) const {
        return detail::core::make<verification>(verigator_auth_check_token, handle_.get(),
                                                detail::text(service_id), detail::text(user_id),
                                                detail::text(token));
    }

    /// As verify() with a challenge, but does not throw. The result's verified() is the answer.
    result<verification> try_verify(std::string_view service_id, std::string_view user_id,
                                    const challenge &started, std::string_view token) const {
        return detail::core::make<verification>(verigator_auth_check, handle_.get(),
                                                detail::text(service_id), detail::text(user_id),
                                                started.handle_.get(), detail::text(token));
    }

    /// As find_service(), but does not throw.
    result<service> try_find_service(std::string_view fqdn) const {
        return detail::core::make<service>(verigator_service_find, handle_.get(),
                                           detail::text(fqdn));
    }

    /// As page_services(), but does not throw.
    result<services>
    try_page_services(std::int64_t limit,
                      std::optional<std::string_view> cursor = std::nullopt) const {
        return detail::core::make<services>(verigator_service_page, handle_.get(), limit,
                                            detail::text(cursor.value_or(std::string_view())));
    }

    /// As find_user(), but does not throw.
    result<user> try_find_user(std::string_view service_id, std::string_view id_in_service) const {
        return detail::core::make<user>(verigator_user_find, handle_.get(),
                                        detail::text(service_id), detail::text(id_in_service));
    }

    /// As page_users(), but does not throw.
    result<users> try_page_users(std::string_view service_id, std::int64_t limit,
                                 std::optional<std::string_view> cursor = std::nullopt) const {
        return detail::core::make<users>(verigator_user_page, handle_.get(),
                                         detail::text(service_id), limit,
                                         detail::text(cursor.value_or(std::string_view())));
    }

    /// As unlock_user(), but does not throw.
    result<void> try_unlock_user(std::string_view service_id, std::string_view user_id) const {
        return detail::core::call(verigator_user_unlock, handle_.get(), detail::text(service_id),
                                  detail::text(user_id));
    }

    /// As begin_totp(), but does not throw.
    result<enrolment> try_begin_totp(std::string_view service_id, std::string_view user_id) const {
        return detail::core::make<enrolment>(verigator_totp_begin, handle_.get(),
                                             detail::text(service_id), detail::text(user_id));
    }

    /// As create_totp_link(), but does not throw.
    result<enrolment_link> try_create_totp_link(std::string_view service_id,
                                                std::string_view user_id,
                                                std::int64_t lifetime_seconds = 3600) const {
        return detail::core::make<enrolment_link>(verigator_totp_link_create, handle_.get(),
                                                  detail::text(service_id), detail::text(user_id),
                                                  lifetime_seconds);
    }

    /// As confirm_totp(), but does not throw.
    result<void> try_confirm_totp(std::string_view service_id, std::string_view user_id,
                                  std::string_view token) const {
        return detail::core::call(verigator_totp_confirm, handle_.get(), detail::text(service_id),
                                  detail::text(user_id), detail::text(token));
    }

    /// As get_totp(), but does not throw.
    result<totp_state> try_get_totp(std::string_view service_id, std::string_view user_id) const {
        return detail::core::make<totp_state>(verigator_totp_get, handle_.get(),
                                              detail::text(service_id), detail::text(user_id));
    }

    /// As delete_totp(), but does not throw.
    result<void> try_delete_totp(std::string_view service_id, std::string_view user_id) const {
        return detail::core::call(verigator_totp_delete, handle_.get(), detail::text(service_id),
                                  detail::text(user_id));
    }

    /// As create_recovery_codes(), but does not throw.
    result<recovery_codes> try_create_recovery_codes(std::string_view service_id,
                                                     std::string_view user_id) const {
        return detail::core::make<recovery_codes>(verigator_recovery_codes_create, handle_.get(),
                                                  detail::text(service_id), detail::text(user_id));
    }

    /// As count_recovery_codes(), but does not throw.
    result<std::int64_t> try_count_recovery_codes(std::string_view service_id,
                                                  std::string_view user_id) const {
        std::int64_t remaining = 0;
        if (result<void> called =
                detail::core::call(verigator_recovery_codes_remaining, handle_.get(),
                                   detail::text(service_id), detail::text(user_id), &remaining);
            !called) {
            return called.error();
        }
        return remaining;
    }

    /// As delete_recovery_codes(), but does not throw.
    result<void> try_delete_recovery_codes(std::string_view service_id,
                                           std::string_view user_id) const {
        return detail::core::call(verigator_recovery_codes_delete, handle_.get(),
                                  detail::text(service_id), detail::text(user_id));
    }

    /// As call_create_service(), but does not throw.
    result<verigator::call<service>> try_call_create_service(std::string_view fqdn,
                                                             std::string_view name) const {
        return detail::core::make<verigator::call<service>>(
            verigator_call_service_create, handle_.get(), detail::text(fqdn), detail::text(name));
    }

    /// As call_get_service(), but does not throw.
    result<verigator::call<service>> try_call_get_service(std::string_view service_id) const {
        return detail::core::make<verigator::call<service>>(
            verigator_call_service_get, handle_.get(), detail::text(service_id));
    }

    /// As call_delete_service(), but does not throw.
    result<verigator::call<void>> try_call_delete_service(std::string_view service_id) const {
        return detail::core::make<verigator::call<void>>(verigator_call_service_delete,
                                                         handle_.get(), detail::text(service_id));
    }

    /// As call_create_user(), but does not throw.
    result<verigator::call<user>> try_call_create_user(std::string_view service_id,
                                                       std::string_view phone_number,
                                                       std::string_view id_in_service) const {
        return detail::core::make<verigator::call<user>>(
            verigator_call_user_create, handle_.get(), detail::text(service_id),
            detail::text(phone_number), detail::text(id_in_service));
    }

    /// As call_get_user(), but does not throw.
    result<verigator::call<user>> try_call_get_user(std::string_view service_id,
                                                    std::string_view user_id) const {
        return detail::core::make<verigator::call<user>>(verigator_call_user_get, handle_.get(),
                                                         detail::text(service_id),
                                                         detail::text(user_id));
    }

    /// As call_list_users(), but does not throw.
    result<verigator::call<users>> try_call_list_users(std::string_view service_id) const {
        return detail::core::make<verigator::call<users>>(verigator_call_user_list, handle_.get(),
                                                          detail::text(service_id));
    }

    /// As call_delete_user(), but does not throw.
    result<verigator::call<void>> try_call_delete_user(std::string_view service_id,
                                                       std::string_view user_id) const {
        return detail::core::make<verigator::call<void>>(verigator_call_user_delete, handle_.get(),
                                                         detail::text(service_id),
                                                         detail::text(user_id));
    }

    /// As call_initiate(), but does not throw.
    result<verigator::call<challenge>> try_call_initiate(std::string_view service_id,
                                                         std::string_view user_id,
                                                         method preferred) const {
        return detail::core::make<verigator::call<challenge>>(
            verigator_call_auth_start, handle_.get(), detail::text(service_id),
            detail::text(user_id), static_cast<verigator_method>(preferred));
    }

    /// As call_verify(), but does not throw.
    result<verigator::call<verification>> try_call_verify(std::string_view service_id,
                                                          std::string_view user_id,
                                                          std::string_view token) const {
        return detail::core::make<verigator::call<verification>>(
            verigator_call_auth_check_token, handle_.get(), detail::text(service_id),
            detail::text(user_id), detail::text(token));
    }

    /// As call_verify() with a challenge, but does not throw.
    result<verigator::call<verification>> try_call_verify(std::string_view service_id,
                                                          std::string_view user_id,
                                                          const challenge &started,
                                                          std::string_view token) const {
        return detail::core::make<verigator::call<verification>>(
            verigator_call_auth_check, handle_.get(), detail::text(service_id),
            detail::text(user_id), started.handle_.get(), detail::text(token));
    }

    /// As call_find_service(), but does not throw.
    result<verigator::call<service>> try_call_find_service(std::string_view fqdn) const {
        return detail::core::make<verigator::call<service>>(verigator_call_service_find,
                                                            handle_.get(), detail::text(fqdn));
    }

    /// As call_page_services(), but does not throw.
    result<verigator::call<services>>
    try_call_page_services(std::int64_t limit,
                           std::optional<std::string_view> cursor = std::nullopt) const {
        return detail::core::make<verigator::call<services>>(
            verigator_call_service_page, handle_.get(), limit,
            detail::text(cursor.value_or(std::string_view())));
    }

    /// As call_find_user(), but does not throw.
    result<verigator::call<user>> try_call_find_user(std::string_view service_id,
                                                     std::string_view id_in_service) const {
        return detail::core::make<verigator::call<user>>(verigator_call_user_find, handle_.get(),
                                                         detail::text(service_id),
                                                         detail::text(id_in_service));
    }

    /// As call_page_users(), but does not throw.
    result<verigator::call<users>>
    try_call_page_users(std::string_view service_id, std::int64_t limit,
                        std::optional<std::string_view> cursor = std::nullopt) const {
        return detail::core::make<verigator::call<users>>(
            verigator_call_user_page, handle_.get(), detail::text(service_id), limit,
            detail::text(cursor.value_or(std::string_view())));
    }

    /// As call_unlock_user(), but does not throw.
    result<verigator::call<void>> try_call_unlock_user(std::string_view service_id,
                                                       std::string_view user_id) const {
        return detail::core::make<verigator::call<void>>(verigator_call_user_unlock, handle_.get(),
                                                         detail::text(service_id),
                                                         detail::text(user_id));
    }

    /// As call_begin_totp(), but does not throw.
    result<verigator::call<enrolment>> try_call_begin_totp(std::string_view service_id,
                                                           std::string_view user_id) const {
        return detail::core::make<verigator::call<enrolment>>(
            verigator_call_totp_begin, handle_.get(), detail::text(service_id),
            detail::text(user_id));
    }

    /// As call_create_totp_link(), but does not throw.
    result<verigator::call<enrolment_link>>
    try_call_create_totp_link(std::string_view service_id, std::string_view user_id,
                              std::int64_t lifetime_seconds = 3600) const {
        return detail::core::make<verigator::call<enrolment_link>>(
            verigator_call_totp_link_create, handle_.get(), detail::text(service_id),
            detail::text(user_id), lifetime_seconds);
    }

    /// As call_confirm_totp(), but does not throw.
    result<verigator::call<void>> try_call_confirm_totp(std::string_view service_id,
                                                        std::string_view user_id,
                                                        std::string_view token) const {
        return detail::core::make<verigator::call<void>>(
            verigator_call_totp_confirm, handle_.get(), detail::text(service_id),
            detail::text(user_id), detail::text(token));
    }

    /// As call_get_totp(), but does not throw.
    result<verigator::call<totp_state>> try_call_get_totp(std::string_view service_id,
                                                          std::string_view user_id) const {
        return detail::core::make<verigator::call<totp_state>>(
            verigator_call_totp_get, handle_.get(), detail::text(service_id),
            detail::text(user_id));
    }

    /// As call_delete_totp(), but does not throw.
    result<verigator::call<void>> try_call_delete_totp(std::string_view service_id,
                                                       std::string_view user_id) const {
        return detail::core::make<verigator::call<void>>(verigator_call_totp_delete, handle_.get(),
                                                         detail::text(service_id),
                                                         detail::text(user_id));
    }

    /// As call_create_recovery_codes(), but does not throw.
    result<verigator::call<recovery_codes>>
    try_call_create_recovery_codes(std::string_view service_id, std::string_view user_id) const {
        return detail::core::make<verigator::call<recovery_codes>>(
            verigator_call_recovery_codes_create, handle_.get(), detail::text(service_id),
            detail::text(user_id));
    }

    /// As call_count_recovery_codes(), but does not throw.
    result<verigator::call<std::int64_t>>
    try_call_count_recovery_codes(std::string_view service_id, std::string_view user_id) const {
        return detail::core::make<verigator::call<std::int64_t>>(
            verigator_call_recovery_codes_remaining, handle_.get(), detail::text(service_id),
            detail::text(user_id));
    }

    /// As call_delete_recovery_codes(), but does not throw.
    result<verigator::call<void>> try_call_delete_recovery_codes(std::string_view service_id,
                                                                 std::string_view user_id) const {
        return detail::core::make<verigator::call<void>>(verigator_call_recovery_codes_delete,
                                                         handle_.get(), detail::text(service_id),
                                                         detail::text(user_id));
    }

  private:
    friend struct detail::core;
    friend class queue;

    explicit context(verigator_ctx *handle) noexcept : handle_(handle) {
    }

    detail::owner<verigator_ctx> handle_;
};

namespace detail {

/// A submitted call, and what becomes of it. The call's tag is its address.
class waiting {
  public:
    waiting(const waiting &) = delete;
    waiting &operator=(const waiting &) = delete;

    /// What waits for a call that came out of a queue.
    static waiting &for_call(const verigator_call *ended) noexcept {
        const auto address = static_cast<std::uintptr_t>(verigator_call_tag(ended));
        return *reinterpret_cast<waiting *>(address);
    }

    /// Hands the call to a queue. Once that has succeeded, another thread may have ended this.
    result<void> submit(verigator_queue *queue) {
        const auto address = reinterpret_cast<std::uintptr_t>(this);
        return core::call(verigator_call_submit, call_.get(), queue, std::uint64_t(address));
    }

    /// The call has ended, and so does this. `is_dispatched` unless the queue itself is at its end.
    virtual void end(bool is_dispatched) = 0;

  protected:
    explicit waiting(owner<verigator_call> call) noexcept : call_(std::move(call)) {
    }

    ~waiting() = default;

    owner<verigator_call> call_;
};

/// Hands the outcome to a function; also at the end of the queue, if it is to hear of that.
template <class T, class Function, bool hears_the_end> class handing_on final : public waiting {
  public:
    handing_on(owner<verigator_call> call, Function function)
        : waiting(std::move(call)), function_(std::move(function)) {
    }

    void end(bool is_dispatched) override {
        const std::unique_ptr<handing_on> itself(this);
        if (is_dispatched || hears_the_end) {
            function_(core::outcome<T>(call_.get()));
        }
    }

    /// Submits a call; its function is called once, or never if this fails.
    static result<void> submit(verigator_queue *queue, owner<verigator_call> call,
                               Function function) {
        auto itself = std::make_unique<handing_on>(std::move(call), std::move(function));
        result<void> submitted = itself->waiting::submit(queue);
        if (submitted) {
            // It is its own until its end.
            static_cast<void>(itself.release());
        }
        return submitted;
    }

  private:
    Function function_;
};

/// Ends what waits for the calls of the queue as well; they are cancelled, so that it is soon over.
inline void freer::operator()(verigator_queue *handle) const noexcept {
    verigator_call *ended = nullptr;
    if (verigator_queue_close(handle) == VERIGATOR_OK) {
        while (verigator_queue_next(handle, -1, &ended) == VERIGATOR_OK) {
            waiting::for_call(ended).end(false);
        }
    }
    verigator_queue_free(handle);
}

} // namespace detail

#if VERIGATOR_COROUTINES
/// What a coroutine waits for: queue::answer and queue::try_answer make it, for `co_await` at once.
///
/// Its end, and so that of a coroutine that waits, cancels the call, which nobody hears of then.
/// That must be on the thread that dispatches, or while none does.
template <class T, bool throws> class [[nodiscard]] awaiting final : private detail::waiting {
  public:
    /// The call is yet to be made.
    bool await_ready() const noexcept {
        return false;
    }

    /// Submits the call; the coroutine goes on within queue::dispatch, or at once if that failed.
    bool await_suspend(std::coroutine_handle<> coroutine) {
        coroutine_ = coroutine;
        const result<void> submitted = submit(queue_);
        if (!submitted) {
            outcome_.emplace(submitted.error());
        }
        return submitted.has_value();
    }

    /// Returns the answer, or throws the error; or returns either as a result.
    auto await_resume() -> std::conditional_t<throws, T, result<T>> {
        if constexpr (throws) {
            return std::move(*outcome_).value();
        } else {
            return std::move(*outcome_);
        }
    }

  private:
    friend class queue;

    awaiting(verigator_queue *queue, detail::owner<verigator_call> call) noexcept
        : waiting(std::move(call)), queue_(queue) {
    }

    void end(bool is_dispatched) override {
        if (is_dispatched) {
            outcome_.emplace(detail::core::outcome<T>(call_.get()));
            coroutine_.resume();
        }
    }

    verigator_queue *queue_;
    std::coroutine_handle<> coroutine_;
    std::optional<result<T>> outcome_;
};
#endif

/// Is called when the first ended call waits in a queue: it is time for queue::dispatch, elsewhere.
///
/// It runs on the queue's thread, and may stand for several calls. What it throws is caught and
/// dropped.
using wake_function = std::function<void()>;

/// What calls are submitted to, and where what they came to is delivered.
///
/// It has one thread, from the first submit until it is closed, which makes the calls and runs
/// nothing of the program's but a wake_function. Any thread may use it, several at once. It makes
/// as many calls at once as config::set_max_connections says; the others wait in order, their
/// deadlines running.
///
/// Each submitted call is delivered once, also a cancelled one, at the deadline and after close().
/// What is left at the queue's own end is cancelled: functions are then let go uncalled, a future
/// has an error with status::cancelled, and a coroutine that waits stays as it is, to be destroyed.
/// A queue must not end within its wake_function; it may within what dispatch() delivers.
///
/// In a child of fork() it begins anew: what was under way ends there with status::cancelled, and
/// goes on in the parent; descriptor and wake_function are the parent's, so ask and set again.
class [[nodiscard]] queue {
  public:
    /// For dispatch(): wait for as long as a call is under way.
    static constexpr std::chrono::milliseconds forever{-1};

#if VERIGATOR_EXCEPTIONS
    /// Makes a queue for calls of `context`, which may end before. Nothing is started yet.
    explicit queue(const context &context) : queue(try_make(context).value()) {
    }

    /// Has a call made; `done` is called with its result<T>, once, from within dispatch().
    ///
    /// It never blocks. The call must be of the queue's context. status::closed: the queue was
    /// closed; status::system: there is no thread or descriptor for it. When it is refused, `done`
    /// is never called.
    template <class T, class Function> void submit(call<T> made, Function done) const {
        try_submit(std::move(made), std::move(done)).value();
    }

    /// Has a call made, and returns the future of its answer, which throws the error. It is refused
    /// as submit() is.
    ///
    /// The future is ready once dispatch() has delivered it: another thread has to be at that, or
    /// at the queue's end, while this one waits.
    template <class T> [[nodiscard]] std::future<T> future(call<T> made) const {
        std::promise<T> promise;
        std::future<T> future = promise.get_future();
        deliver<true>(std::move(made), [promise = std::move(promise)](result<T> outcome) mutable {
            if (!outcome.has_value()) {
                promise.set_exception(std::make_exception_ptr(outcome.error()));
            } else if constexpr (std::is_void_v<T>) {
                promise.set_value();
            } else {
                promise.set_value(std::move(outcome).value());
            }
        }).value();
        return future;
    }

#if VERIGATOR_COROUTINES
    /// Has a call made by `co_await queue.answer(...)`, whose value is the answer; it throws the
    /// error, also that with which submit() would be refused. The coroutine goes on within
    /// dispatch().
    template <class T> awaiting<T, true> answer(call<T> made) const {
        return awaiting<T, true>(handle_.get(), std::move(made.handle_));
    }
#endif

    /// Returns a descriptor that can be read exactly as long as an ended call waits for dispatch().
    ///
    /// For poll, epoll, kqueue and the loops over them. It is borrowed: nobody reads, writes or
    /// closes it but the queue, whose loop forgets it before close(). It stays open, and the same,
    /// until the queue ends, but in a child of fork(). On Windows it is a socket. status::system:
    /// there is none left.
    [[nodiscard]] int descriptor() const {
        return try_descriptor().value();
    }

    /// Has `function` called when the first ended call waits; an empty one for none, as at first.
    ///
    /// For loops that are woken by a function. If some wait already, it is called for them; in a
    /// child of fork() which has submitted nothing, before this returns. Once this returns, the one
    /// before runs no more; nor does one after close(). It is kept until nothing uses it any more,
    /// and may call any function of the queue.
    void set_wake(wake_function function) const {
        try_set_wake(std::move(function)).value();
    }

    /// Cancels the calls that are under way, and refuses later ones. Cannot be undone.
    ///
    /// What has ended, and those that this ends, can still be dispatched. Nothing is waited for.
    /// Any thread, also from within the wake_function; not from a signal handler.
    void close() const {
        try_close().value();
    }
#endif

    /// Makes a queue like the constructor, but does not throw.
    static result<queue> try_make(const context &context) {
        return detail::core::make<queue>(verigator_queue_new, context.handle_.get());
    }

    /// As submit(), but does not throw.
    template <class T, class Function> result<void> try_submit(call<T> made, Function done) const {
        return deliver<false>(std::move(made), std::move(done));
    }

    /// As future(), but does not throw, nor does the future: it gives the result.
    template <class T> result<std::future<result<T>>> try_future(call<T> made) const {
        std::promise<result<T>> promise;
        std::future<result<T>> future = promise.get_future();
        const result<void> submitted = deliver<true>(
            std::move(made), [promise = std::move(promise)](result<T> outcome) mutable {
                promise.set_value(std::move(outcome));
            });
        if (!submitted) {
            return submitted.error();
        }
        return future;
    }

#if VERIGATOR_COROUTINES
    /// As answer(), but does not throw: the value is the result.
    template <class T> awaiting<T, false> try_answer(call<T> made) const {
        return awaiting<T, false>(handle_.get(), std::move(made.handle_));
    }
#endif

    /// Delivers ended calls on this thread, in the order in which they ended: calls what waits for
    /// them, at most `most` of them, so that a loop gets to its other work.
    ///
    /// The first is waited for at most `timeout`: 0 not at all, forever (or less than 0) for as
    /// long as a call is under way. Returns status::ok if one was delivered, status::pending if
    /// none has ended in that time, status::empty if none is under way either, status::closed if
    /// the queue was closed and nothing is left, and status::invalid_handle if it was moved from.
    ///
    /// It throws what the program's own function throws; the other calls stay where they are.
    [[nodiscard]] status dispatch(std::chrono::milliseconds timeout, std::size_t most = 64) const {
        // This object may end within what it calls.
        verigator_queue *const handle = handle_.get();
        std::int64_t wait = std::max<std::chrono::milliseconds::rep>(timeout.count(), -1);
        auto delivered = status::pending;
        for (std::size_t count = 0; count < most; count++) {
            verigator_call *ended = nullptr;
            const verigator_status next = verigator_queue_next(handle, wait, &ended);
            if (next == VERIGATOR_INVALID_HANDLE) {
                verigator_clear_error();
            }
            if (next != VERIGATOR_OK) {
                return delivered == status::ok ? delivered : static_cast<status>(next);
            }
            detail::waiting::for_call(ended).end(true);
            delivered = status::ok;
            wait = 0;
        }
        return delivered;
    }

    /// As descriptor(), but does not throw.
    result<int> try_descriptor() const {
        std::int32_t descriptor = -1;
        const result<void> told =
            detail::core::call(verigator_queue_fd, handle_.get(), &descriptor);
        if (!told) {
            return told.error();
        }
        return descriptor;
    }

    /// As set_wake(), but does not throw.
    result<void> try_set_wake(wake_function function) const {
        const verigator_wake_callback wake = function ? detail::shielded<wake_function> : nullptr;
        const verigator_destroy_callback destroy = detail::let_go<wake_function>;
        auto kept = std::make_unique<wake_function>(std::move(function));
        result<void> done = detail::core::call(verigator_queue_set_wake, handle_.get(), wake,
                                               static_cast<void *>(kept.get()), destroy);
        if (done) {
            // The library has it, until it lets go.
            static_cast<void>(kept.release());
        }
        return done;
    }

    /// As close(), but does not throw.
    result<void> try_close() const {
        return detail::core::call(verigator_queue_close, handle_.get());
    }

  private:
    friend struct detail::core;

    explicit queue(verigator_queue *handle) noexcept : handle_(handle) {
    }

    template <bool hears_the_end, class T, class Function>
    result<void> deliver(call<T> made, Function function) const {
        using handing_on = detail::handing_on<T, Function, hears_the_end>;
        return handing_on::submit(handle_.get(), std::move(made.handle_), std::move(function));
    }

    detail::owner<verigator_queue> handle_;
};

} // namespace with_exceptions or without_exceptions
} // namespace verigator

#endif // VERIGATOR_HPP
