// Each way to fail, in both forms of the call, and all that an error tells.
#include <limits>

#include "check.hpp"

namespace {

using verigator::kind;
using verigator::status;
using namespace std::chrono_literals;
using namespace std::string_literals;

std::string base_url;

/// All operations, as calls without exceptions, and what each comes to when it throws.
template <class Check> void each_operation(const verigator::context &context, Check &&check) {
    const auto sms = verigator::method::sms;
    check(context.try_create_service("new.example", "n"),
          [&] { return context.create_service("new.example", "n"); });
    check(context.try_get_service("s"), [&] { return context.get_service("s"); });
    check(context.try_delete_service("s"), [&] { context.delete_service("s"); });
    check(context.try_create_user("s", "+3725550000", "new"),
          [&] { return context.create_user("s", "+3725550000", "new"); });
    check(context.try_get_user("s", "u"), [&] { return context.get_user("s", "u"); });
    check(context.try_list_users("s"), [&] { return context.list_users("s"); });
    check(context.try_delete_user("s", "u"), [&] { context.delete_user("s", "u"); });
    check(context.try_initiate("s", "u", sms), [&] { return context.initiate("s", "u", sms); });
    check(context.try_verify("s", "u", "123456"),
          [&] { return context.verify("s", "u", "123456"); });
    const verigator::challenge challenge(sms, "a");
    check(context.try_verify("s", "u", challenge, "123456"),
          [&] { return context.verify("s", "u", challenge, "123456"); });
}

template <class Call> std::optional<verigator::error> thrown_by(Call &&call) {
    try {
        static_cast<void>(call());
    } catch (const verigator::error &error) {
        return error;
    }
    return std::nullopt;
}

/// Every operation fails with the status, whether it throws or returns.
void all_fail(const verigator::context &context, status expected) {
    each_operation(context, [expected](const auto &result, auto &&call) {
        CHECK(fails(result, expected));
        const auto error = thrown_by(call);
        CHECK(error && error->status() == expected);
        CHECK(error && error->message() == result.error().message());
    });
}

verigator::context with(void (*change)(verigator::config &)) {
    auto config = options(base_url);
    change(config);
    return verigator::context(config);
}

void statuses() {
    const auto context = connect(base_url);
    for (const int number :
         {400, 401, 403, 404, 409, 422, 429, 500, 501, 502, 503, 504, 418, 599}) {
        chaos(base_url, R"([{"operation":"*","status":)" + std::to_string(number) + "}]");
        all_fail(context, static_cast<status>(number));
        const auto error = context.try_get_service("s").error();
        CHECK(error.kind() == kind::service && error.http_status() == number);
    }
    chaos(base_url, "[]");
    CHECK(verigator::status_name(status::not_found) == "NOT_FOUND");
    CHECK(verigator::status_name(static_cast<status>(418)) == "UNKNOWN");
}

void an_error_tells_all() {
    const auto context = connect(base_url);
    chaos(base_url, R"([{"operation":"get-service","status":503,"retry-after":7}])");
    const auto error = context.try_get_service("s").error();
    chaos(base_url, "[]");
    // A later failure, and a thread's end, leave it as it is.
    CHECK(fails(context.try_get_service(""), status::invalid_argument));
    CHECK(error.status() == status::service_unavailable && error.kind() == kind::service);
    CHECK(error.http_status() == 503);
    CHECK(error.message().find("503") != std::string::npos && error.what() == error.message());
    CHECK(error.service_message().has_value());
    CHECK(error.body() && error.body()->front() == '{');
    CHECK(error.request_id().has_value());
    CHECK(error.retry_after() == 7s);
    CHECK(error.maybe_sent() && error.retry_safe());

    const auto copy = error;
    const auto moved = std::move(error);
    CHECK(copy.message() == moved.message() && copy.message() == error.message());
    const std::exception &base = copy;
    CHECK(base.what() == copy.message());

    const auto local = context.try_get_service("").error();
    CHECK(local.kind() == kind::usage && !local.http_status() && !local.service_message());
    CHECK(!local.body() && !local.request_id() && !local.retry_after());
    CHECK(!local.maybe_sent() && local.retry_safe());
}

/// What is bound to a part of a temporary lives on.
void an_error_that_nobody_keeps() {
    const auto context = connect(base_url);
    chaos(base_url, R"([{"operation":"get-service","status":503,"body":"{\"message\":\"m\"}"}])");
    const auto &error = context.try_get_service("s").error();
    const auto &message = context.try_get_service("s").error().message();
    const auto &body = context.try_get_service("s").error().body();
    const auto &said = context.try_get_service("s").error().service_message();
    const auto &request_id = context.try_get_service("s").error().request_id();
    const auto &nothing = context.try_delete_service("").error();
    chaos(base_url, "[]");
    CHECK(error.status() == status::service_unavailable && message == error.message());
    CHECK(body == R"({"message":"m"})" && said == "m");
    CHECK(request_id.has_value() == error.request_id().has_value());
    CHECK(nothing.status() == status::invalid_argument);
}

void a_body_keeps_its_nul() {
    const auto context = connect(base_url);
    chaos(base_url, R"([{"operation":"get-service","status":404,"body":"a\u0000b"}])");
    CHECK(context.try_get_service("s").error().body() == "a\0b"s);
    chaos(base_url, "[]");
}

/// Fails so, and says so of what was sent; and is no yes.
void verification_fails(const verigator::context &context, const std::string &rules,
                        status expected, bool maybe_sent) {
    chaos(base_url, rules);
    const auto answer = context.try_verify("s", "u", "123456");
    CHECK(fails(answer, expected) && !answer.verified());
    CHECK(answer.error().maybe_sent() == maybe_sent);
    CHECK(answer.error().retry_safe() == !maybe_sent);
    CHECK(!answer.error().http_status());
    chaos(base_url, "[]");
}

void network() {
    const auto context = connect(base_url);
    const auto rule = [](const std::string &what) {
        return R"([{"operation":"verify-pin",)" + what + "}]";
    };
    verification_fails(context, rule(R"("drop":true)"), status::disconnected, true);
    verification_fails(context, rule(R"("drop-after":true)"), status::disconnected, true);
    verification_fails(context, rule(R"("truncate":true)"), status::disconnected, true);
    verification_fails(context, rule(R"("status":200,"body":"{\"verified\":1}")"), status::protocol,
                       true);
    const auto yes = rule(R"("status":200,"body":"{\"verified\":true}")");
    verification_fails(with([](auto &config) { config.set_max_response_bytes(4); }), yes,
                       status::too_large, true);
    verification_fails(with([](auto &config) { config.set_timeout(50ms); }),
                       rule(R"("delay":60000)"), status::timeout, true);
    verification_fails(with([](auto &config) { config.set_base_url("https://verigator.invalid"); }),
                       "[]", status::dns, false);
    verification_fails(with([](auto &config) {
                           config.set_base_url("https" + base_url.substr(base_url.find(':')));
                       }),
                       "[]", status::tls, false);
    // Port 1 (tcpmux) is reserved, and served by nobody.
    verification_fails(with([](auto &config) { config.set_base_url("http://127.0.0.1:1"); }), "[]",
                       status::connect, false);
}

template <class Result>
void refused(const Result &result, status expected, const std::string &name) {
    CHECK(fails(result, expected));
    CHECK(result.error().message().find(name) != std::string::npos);
    CHECK(result.error().kind() == kind::usage);
    CHECK(!result.error().maybe_sent() && result.error().retry_safe());
}

void arguments() {
    const auto context = connect(base_url);
    // A NUL would cut an id short and so make it another one.
    const auto nul = "a\0b"s;
    const auto invalid = status::invalid_argument;
    const auto sms = verigator::method::sms;
    refused(context.try_create_service(nul, "n"), invalid, "fqdn");
    refused(context.try_create_service("f", nul), invalid, "name");
    refused(context.try_get_service(nul), invalid, "service_id");
    refused(context.try_delete_service(nul), invalid, "service_id");
    refused(context.try_create_user("s", nul, "i"), invalid, "phone_number");
    refused(context.try_create_user("s", "+3725550000", nul), invalid, "id_in_service");
    refused(context.try_get_user("s", nul), invalid, "user_id");
    refused(context.try_list_users(nul), invalid, "service_id");
    refused(context.try_delete_user("s", nul), invalid, "user_id");
    refused(context.try_initiate("s", nul, sms), invalid, "user_id");
    refused(context.try_verify("s", "u", nul), invalid, "token");
    refused(verigator::challenge::try_make(sms, nul), invalid, "auth_id");
    refused(verigator::config::try_make("u", nul), status::invalid_config, "password");

    // A view without data is NULL, an empty one is too short.
    refused(context.try_get_service({}), invalid, "service_id is NULL");
    refused(context.try_get_service(""), invalid, "service_id");
    refused(context.try_get_service("\xff"), invalid, "service_id");
    refused(context.try_initiate("s", "u", static_cast<verigator::method>(3)), invalid, "method");
    // A part of a longer text ends where the view does.
    CHECK(fails(context.try_get_service(std::string_view("nobody/else").substr(0, 6)),
                status::not_found));
}

void set_options() {
    auto config = options(base_url);
    const auto invalid = status::invalid_config;
    const auto longest = std::chrono::milliseconds((std::numeric_limits<std::int64_t>::max)());
    CHECK(fails(verigator::config::try_make("a:b", "c"), invalid));
    for (const auto duration : {0ms, -1ms, 3600001ms, 4294967296ms, 4294967297ms, longest}) {
        CHECK(fails(config.try_set_timeout(duration), invalid));
        CHECK(fails(config.try_set_connect_timeout(duration), invalid));
        CHECK(fails(config.try_set_idle_timeout(duration), invalid));
        CHECK(fails(config.try_set_max_retry_wait(duration), invalid));
    }
    CHECK(fails(config.try_set_base_url("ftp://localhost"), invalid));
    CHECK(fails(config.try_set_address("localhost"), invalid));
    CHECK(fails(config.try_set_max_retries(11), invalid));
    CHECK(fails(config.try_set_proxy("socks4://localhost"), invalid));
    CHECK(fails(config.try_set_ca_file("/does/not/exist"), invalid));
    CHECK(fails(config.try_set_ca_pem("no certificate"), invalid));
    CHECK(fails(config.try_set_client_certificate_file("/does/not", "/exist"), invalid));
    CHECK(fails(config.try_set_client_certificate_pem("no chain", "no key"), invalid));
    CHECK(fails(config.try_add_pinned_key("sha256//short"), invalid));
    CHECK(fails(config.try_set_user_agent(""), invalid));
    CHECK(fails(config.try_set_user_agent_prefix("\n"), invalid));
    CHECK(fails(config.try_set_user_agent_suffix("\n"), invalid));
    CHECK(fails(config.try_set_max_idle_connections(1025), invalid));
    CHECK(fails(config.try_set_max_response_bytes(0), invalid));
    CHECK(!config.try_set_min_tls_version(static_cast<verigator::tls_version>(11)));
    CHECK(fails(config.try_set_log(verigator::log_level::info, nullptr), status::invalid_argument));
    CHECK(thrown_by([&] { config.set_timeout(1s).set_timeout(0ms); })->status() == invalid);

    CHECK(fails(verigator::context::try_make(config), invalid));

    // What is in range is taken.
    config = options(base_url);
    config.set_allow_plain_http(false)
        .set_connect_timeout(5s)
        .set_timeout(1min)
        .set_max_retries(2)
        .set_max_retry_wait(10ms)
        .set_min_tls_version(verigator::tls_version::tls_1_3)
        .set_user_agent("my-binding/1.0")
        .set_user_agent_prefix("my-library/1.0")
        .set_user_agent_suffix("my-vpn/2.1")
        .set_max_idle_connections(2)
        .set_idle_timeout(10s)
        .set_max_response_bytes(65536)
        .add_pinned_key("sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    CHECK(fails(verigator::context(config).try_get_service("nobody"), status::not_found));
    config.set_proxy("http://127.0.0.1:1", "user", "password").set_address("192.0.2.1");
    config.set_base_url("http://192.0.2.1").set_allow_plain_http(false);
    CHECK(fails(verigator::context::try_make(config), invalid));
    CHECK(thrown_by([&] { return verigator::context(config); })->status() == invalid);
}

/// Whether no context is made after `refuse` was refused, and one is after `mend`.
template <class Refuse, class Mend> bool sticks(Refuse refuse, Mend mend, const char *option) {
    auto config = options(base_url);
    const auto refused = refuse(config);
    const auto made = verigator::context::try_make(config);
    const bool is_told = !made && made.error().message().find(option) != std::string::npos;
    mend(config);
    return !refused && is_told && verigator::context::try_make(config);
}

/// Its default would be weaker than what was asked for.
void a_refused_option_is_not_passed_over() {
    const std::string pin = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    CHECK(sticks([](auto &config) { return config.try_add_pinned_key("sha256//mistyped"); },
                 [&](auto &config) { config.add_pinned_key(pin); }, "pinned_key"));
    CHECK(sticks([&](auto &config) { return config.try_add_pinned_key(pin + std::string(1, 0)); },
                 [&](auto &config) { config.add_pinned_key(pin); }, "pinned_key"));
    const auto newest = verigator::tls_version::tls_1_3, none = verigator::tls_version(11);
    CHECK(sticks([&](auto &config) { return config.try_set_min_tls_version(none); },
                 [&](auto &config) { config.set_min_tls_version(newest); }, "min_tls_version"));
    CHECK(sticks([](auto &config) { return config.try_set_proxy("socks4://localhost"); },
                 [](auto &config) { config.unset_proxy(); }, "proxy"));
}

void accounts() {
    const auto context = connect(base_url);
    const auto service = context.create_service("cpp-errors.example", "E");
    auto config = verigator::config("demo", "wrong");
    const verigator::context stranger(config.set_base_url(base_url));
    all_fail(stranger, status::unauthorized);
    auto others = verigator::config("other", "other-password");
    const verigator::context other(others.set_base_url(base_url));
    CHECK(fails(other.try_get_service(service.id()), status::forbidden));
    CHECK(fails(context.try_create_service("cpp-errors.example", "E"), status::conflict));
    CHECK(fails(context.try_create_user(service.id(), "no number", "u"), status::invalid_data));
    context.delete_service(service.id());
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    base_url = argv[1];
    statuses();
    an_error_tells_all();
    an_error_that_nobody_keeps();
    a_body_keeps_its_nul();
    network();
    arguments();
    set_options();
    a_refused_option_is_not_passed_over();
    accounts();
    return finish();
}
