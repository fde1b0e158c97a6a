// Makes the calls of the conformance cases, as `conformance-peer run cpp` tells it on standard
// input.
//
// The README.md above says what comes and what is answered.
#include <iostream>
#include <map>

#include "describe.hpp"

using verigator::config;
using verigator::context;
using verigator::result;

namespace {

/// A text; a view without data, which is the library's NULL, for null and for what is absent.
std::string_view text(const json &object, const char *name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string()
               ? std::string_view(found->get_ref<const std::string &>())
               : std::string_view();
}

std::optional<std::string_view> optional_text(const json &object, const char *name) {
    const auto given = text(object, name);
    return given.data() ? std::optional(given) : std::nullopt;
}

std::int64_t number(const json &object, const char *name) {
    return object.at(name).get<std::int64_t>();
}

verigator::method method(const json &object) {
    if (object.at("method").is_number()) {
        return static_cast<verigator::method>(number(object, "method"));
    }
    const auto name = text(object, "method");
    return name == "sms"    ? verigator::method::sms
           : name == "totp" ? verigator::method::totp
                            : verigator::method::recovery_code;
}

/// Puts bytes that are no UTF-8 in the place of their digits, wherever they stand.
void resolve(json &value) {
    if (value.is_object() && value.contains("hex")) {
        const std::string hex = value["hex"];
        std::string bytes;
        for (std::size_t index = 0; index < hex.size(); index += 2) {
            bytes += static_cast<char>(std::stoi(hex.substr(index, 2), nullptr, 16));
        }
        value = bytes;
    } else if (value.is_object()) {
        std::for_each(value.begin(), value.end(), resolve);
    }
}

/// What an operation needs: the arguments, and the challenge that is made of one.
struct arguments {
    const json &given;
    const std::optional<verigator::challenge> &challenge;

    std::string_view operator[](const char *name) const {
        return text(given, name);
    }
};

/// {"value": ...} of what a function returns.
template <class Function> json value(Function function) {
    if constexpr (std::is_void_v<decltype(function())>) {
        function();
        return {{"value", nullptr}};
    } else {
        return {{"value", describe(function())}};
    }
}

/// What comes of a call that a queue makes.
template <class T> json queued(const context &context, verigator::call<T> call) {
    const verigator::queue queue(context);
    auto answer = queue.future(std::move(call));
    while (queue.dispatch(verigator::queue::forever) == verigator::status::ok) {
    }
    return value([&answer] { return answer.get(); });
}

/// What comes of one operation, in each way.
struct operation {
    json (*blocking)(const context &, const arguments &);
    json (*returning)(const context &, const arguments &);
    json (*queue)(const context &, const arguments &);
};

// The functions for one operation have one name with three beginnings.
#define OPERATION(name, ...)                                                                       \
    operation {                                                                                    \
        [](const context &context, [[maybe_unused]] const arguments &given) {                      \
            return value([&] { return context.name(__VA_ARGS__); });                               \
        },                                                                                         \
            [](const context &context, [[maybe_unused]] const arguments &given) {                  \
                return outcome(context.try_##name(__VA_ARGS__));                                   \
            },                                                                                     \
            [](const context &context, [[maybe_unused]] const arguments &given) {                  \
                return queued(context, context.call_##name(__VA_ARGS__));                          \
            }                                                                                      \
    }
#define SERVICE given["service_id"]
#define USER SERVICE, given["user_id"]
#define PAGE number(given.given, "limit"), optional_text(given.given, "cursor")

const std::map<std::string, operation> OPERATIONS = {
    {"create_service", OPERATION(create_service, given["fqdn"], given["name"])},
    {"find_service", OPERATION(find_service, given["fqdn"])},
    {"get_service", OPERATION(get_service, SERVICE)},
    {"delete_service", OPERATION(delete_service, SERVICE)},
    {"page_services", OPERATION(page_services, PAGE)},
    {"create_user", OPERATION(create_user, SERVICE, given["phone_number"], given["id_in_service"])},
    {"find_user", OPERATION(find_user, SERVICE, given["id_in_service"])},
    {"get_user", OPERATION(get_user, USER)},
    {"delete_user", OPERATION(delete_user, USER)},
    {"unlock_user", OPERATION(unlock_user, USER)},
    {"list_users", OPERATION(list_users, SERVICE)},
    {"page_users", OPERATION(page_users, SERVICE, PAGE)},
    {"initiate", OPERATION(initiate, USER, method(given.given))},
    {"verify", OPERATION(verify, USER, *given.challenge, given["token"])},
    {"verify_token", OPERATION(verify, USER, given["token"])},
    {"begin_totp", OPERATION(begin_totp, USER)},
    {"create_totp_link",
     OPERATION(create_totp_link, USER, number(given.given, "lifetime_seconds"))},
    {"confirm_totp", OPERATION(confirm_totp, USER, given["token"])},
    {"get_totp", OPERATION(get_totp, USER)},
    {"delete_totp", OPERATION(delete_totp, USER)},
    {"create_recovery_codes", OPERATION(create_recovery_codes, USER)},
    {"count_recovery_codes", OPERATION(count_recovery_codes, USER)},
    {"delete_recovery_codes", OPERATION(delete_recovery_codes, USER)},
};

const std::map<std::string, result<void> (config::*)(std::string_view)> TEXTS = {
    {"base_url", &config::try_set_base_url},
    {"address", &config::try_set_address},
    {"ca_file", &config::try_set_ca_file},
    {"pinned_key", &config::try_add_pinned_key},
    {"user_agent", &config::try_set_user_agent},
    {"user_agent_prefix", &config::try_set_user_agent_prefix},
    {"user_agent_suffix", &config::try_set_user_agent_suffix},
};
const std::map<std::string, result<void> (config::*)(std::int64_t)> NUMBERS = {
    {"max_retries", &config::try_set_max_retries},
    {"max_idle_connections", &config::try_set_max_idle_connections},
    {"max_response_bytes", &config::try_set_max_response_bytes},
};
const std::map<std::string, result<void> (config::*)(std::chrono::milliseconds)> TIMES = {
    {"max_retry_wait_ms", &config::try_set_max_retry_wait},
    {"timeout_ms", &config::try_set_timeout},
    {"connect_timeout_ms", &config::try_set_connect_timeout},
    {"idle_timeout_ms", &config::try_set_idle_timeout},
};

result<void> set_option(config &made, const json &options, const std::string &name) {
    const char *const key = name.c_str();
    if (const auto setter = TEXTS.find(name); setter != TEXTS.end()) {
        return (made.*setter->second)(text(options, key));
    }
    if (const auto setter = NUMBERS.find(name); setter != NUMBERS.end()) {
        return (made.*setter->second)(number(options, key));
    }
    if (const auto setter = TIMES.find(name); setter != TIMES.end()) {
        return (made.*setter->second)(std::chrono::milliseconds(number(options, key)));
    }
    if (name == "min_tls_version") {
        return made.try_set_min_tls_version(
            static_cast<verigator::tls_version>(number(options, key)));
    }
    if (name == "proxy") {
        return made.try_set_proxy(text(options, key), text(options, "proxy_username"),
                                  text(options, "proxy_password"));
    }
    return {};
}

/// The context with these options; the first one that is refused is the error.
result<context> make_context(const json &options) {
    auto made = config::try_make(text(options, "username"), text(options, "password"));
    if (!made) {
        return made.error();
    }
    for (const auto &option : options.items()) {
        if (const auto set = set_option(*made, options, option.key()); !set) {
            return set.error();
        }
    }
    return context::try_make(*made);
}

json make_call(const json &told) {
    const json &given = told.at("arguments");
    const auto parts = given.find("challenge");
    const bool has_challenge = parts != given.end();
    try {
        const context context = make_context(told.at("config")).value();
        std::optional<verigator::challenge> challenge;
        if (has_challenge) {
            challenge.emplace(method(*parts), optional_text(*parts, "auth_id"));
        }
        const std::string name = told.at("operation");
        const operation &operation =
            OPERATIONS.at(name == "verify" && !has_challenge ? "verify_token" : name);
        const std::string way = told.at("way");
        const auto make = way == "queue"       ? operation.queue
                          : way == "returning" ? operation.returning
                                               : operation.blocking;
        return make(context, {given, challenge});
    } catch (const verigator::error &error) {
        return {{"error", describe(error)}};
    }
}

} // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        json told = json::parse(line);
        resolve(told);
        const json outcome = make_call(told);
        std::cout << outcome.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
    }
}
