#include "call.hpp"

#include <map>

#include "describe.hpp"

using verigator::config;
using verigator::context;
using verigator::method;
using verigator::result;
using verigator::tls_version;

namespace {

std::string from_hex(const std::string &hex) {
    std::string made;
    for (std::size_t index = 0; index < hex.size(); index += 2) {
        made += static_cast<char>(std::stoi(hex.substr(index, 2), nullptr, 16));
    }
    return made;
}

/// The bytes that UTF-8 has for code units in hexadecimal; such a case has none of a whole pair.
std::string from_utf16(const std::string &hex) {
    std::string made;
    for (std::size_t index = 0; index < hex.size(); index += 4) {
        const int unit = std::stoi(hex.substr(index, 4), nullptr, 16);
        const auto six_bits = [unit](int shift) {
            return static_cast<char>(0x80 | (unit >> shift & 0x3f));
        };
        if (unit < 0x80) {
            made += static_cast<char>(unit);
        } else if (unit < 0x800) {
            made += {static_cast<char>(0xc0 | unit >> 6), six_bits(0)};
        } else {
            made += {static_cast<char>(0xe0 | unit >> 12), six_bits(6), six_bits(0)};
        }
    }
    return made;
}

/// A text in one of the forms of a case; none for null and what is absent.
std::optional<std::string> text(const json &value) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    if (value.is_null()) {
        return std::nullopt;
    }
    if (value.contains("hex")) {
        return from_hex(value["hex"]);
    }
    if (value.contains("utf16")) {
        return from_utf16(value["utf16"]);
    }
    std::string made;
    for (int times = value.at("times"); times > 0; times--) {
        made += value.at("repeat").get<std::string>();
    }
    return made;
}

method to_method(const json &value) {
    if (value.is_number()) {
        return static_cast<method>(value.get<int>());
    }
    if (value == "recovery_code") {
        return method::recovery_code;
    }
    return value == "sms" ? method::sms : method::totp;
}

/// The arguments of a call, for as long as the call takes.
class arguments {
  public:
    explicit arguments(const json &given) : given_(given) {
        for (const auto &[name, value] : given.items()) {
            if (name != "method" && name != "challenge" && name != "limit" &&
                name != "lifetime_seconds") {
                texts_[name] = text(value);
            }
        }
    }

    /// A view without data is the library's NULL.
    std::string_view operator[](const char *name) const {
        const auto found = texts_.find(name);
        return found != texts_.end() && found->second ? std::string_view(*found->second)
                                                      : std::string_view();
    }

    verigator::method method() const {
        return to_method(given_.at("method"));
    }

    std::int64_t limit() const {
        return given_.at("limit").get<std::int64_t>();
    }

    std::int64_t lifetime_seconds() const {
        return given_.at("lifetime_seconds").get<std::int64_t>();
    }

    std::optional<std::string_view> cursor() const {
        const std::string_view given = (*this)["cursor"];
        return given.data() ? std::optional(given) : std::nullopt;
    }

    std::optional<result<verigator::challenge>> challenge() const {
        const json given = given_.value("challenge", json());
        if (given.is_null()) {
            return std::nullopt;
        }
        const auto auth_id = text(given.value("auth_id", json()));
        return verigator::challenge::try_make(to_method(given.at("method")), auth_id);
    }

  private:
    json given_;
    std::map<std::string, std::optional<std::string>> texts_;
};

/// What comes of one operation, in each form.
struct operation {
    json (*throwing)(const context &, const arguments &);
    json (*returning)(const context &, const arguments &);
};

const std::map<std::string, operation> OPERATIONS = {
    {"create_service",
     {[](const context &context, const arguments &given) {
          return describe(context.create_service(given["fqdn"], given["name"]));
      },
      [](const context &context, const arguments &given) {
          return outcome(context.try_create_service(given["fqdn"], given["name"]));
      }}},
    {"get_service",
     {[](const context &context, const arguments &given) {
          return describe(context.get_service(given["service_id"]));
      },
      [](const context &context, const arguments &given) {
          return outcome(context.try_get_service(given["service_id"]));
      }}},
    {"delete_service",
     {[](const context &context, const arguments &given) {
          context.delete_service(given["service_id"]);
          return json();
      },
      [](const context &context, const arguments &given) {
          return outcome(context.try_delete_service(given["service_id"]));
      }}},
    {"create_user",
     {[](const context &context, const arguments &given) {
          return describe(context.create_user(given["service_id"], given["phone_number"],
                                              given["id_in_service"]));
      },
      [](const context &context, const arguments &given) {
          return outcome(context.try_create_user(given["service_id"], given["phone_number"],
                                                 given["id_in_service"]));
      }}},
    {"list_users",
     {[](const context &context, const arguments &given) {
          return describe(context.list_users(given["service_id"]));
      },
      [](const context &context, const arguments &given) {
          return outcome(context.try_list_users(given["service_id"]));
      }}},
    {"get_user",
     {[](const context &context, const arguments &given) {
          return describe(context.get_user(given["service_id"], given["user_id"]));
      },
      [](const context &context, const arguments &given) {
          return outcome(context.try_get_user(given["service_id"], given["user_id"]));
      }}},
    {"delete_user",
     {[](const context &context, const arguments &given) {
          context.delete_user(given["service_id"], given["user_id"]);
          return json();
      },
      [](const context &context, const arguments &given) {
          return outcome(context.try_delete_user(given["service_id"], given["user_id"]));
      }}},
    {"initiate",
     {[](const context &context, const arguments &given) {
          return describe(context.initiate(given["service_id"], given["user_id"], given.method()));
      },
      [](const context &context, const arguments &given) {
          return outcome(
              context.try_initiate(given["service_id"], given["user_id"], given.method()));
      }}},
    {"verify",
     {[](const context &context, const arguments &given) {
          const auto challenge = given.challenge();
          return describe(
              challenge ? context.verify(given["service_id"], given["user_id"], challenge->value(),
                                         given["token"])
                        : context.verify(given["service_id"], given["user_id"], given["token"]));
      },
      [](const context &context, const arguments &given) {
          const auto challenge = given.challenge();
          if (!challenge) {
              return outcome(
                  context.try_verify(given["service_id"], given["user_id"], given["token"]));
          }
          return *challenge ? outcome(context.try_verify(given["service_id"], given["user_id"],
                                                         **challenge, given["token"]))
                            : outcome(*challenge);
      }}},
    {"find_service",
     {[](const context &context, const arguments &given) {
          return describe(context.find_service(given["fqdn"]));
      },
      [](const context &context, const arguments &given) {
          return outcome(context.try_find_service(given["fqdn"]));
      }}},
    {"page_services",
     {[](const context &context, const arguments &given) {
          return describe(context.page_services(given.limit(), given.cursor()));
      },
      [](const context &context, const arguments &given) {
          return outcome(context.try_page_services(given.limit(), given.cursor()));
      }}},
    {"page_users",
     {[](const context &context, const arguments &given) {
          return describe(context.page_users(given["service_id"], given.limit(), given.cursor()));
      },
      [](const context &context, const arguments &given) {
          return outcome(
              context.try_page_users(given["service_id"], given.limit(), given.cursor()));
      }}},
    {"unlock_user",
     {[](const context &context, const arguments &given) {
          context.unlock_user(given["service_id"], given["user_id"]);
          return json();
      },
      [](const context &context, const arguments &given) {
          return outcome(context.try_unlock_user(given["service_id"], given["user_id"]));
      }}},
    {"begin_totp",
     {[](const context &context, const arguments &given) {
          return describe(context.begin_totp(given["service_id"], given["user_id"]));
      },
      [](const context &context, const arguments &given) {
          return outcome(context.try_begin_totp(given["service_id"], given["user_id"]));
      }}},
    {"create_totp_link",
     {[](const context &context, const arguments &given) {
          return describe(context.create_totp_link(given["service_id"], given["user_id"],
                                                   given.lifetime_seconds()));
      },
      [](const context &context, const arguments &given) {
          return outcome(context.try_create_totp_link(given["service_id"], given["user_id"],
                                                      given.lifetime_seconds()));
      }}},
    {"confirm_totp",
     {[](const context &context, const arguments &given) {
          context.confirm_totp(given["service_id"], given["user_id"], given["token"]);
          return json();
      },
      [](const context &context, const arguments &given) {
          return outcome(
              context.try_confirm_totp(given["service_id"], given["user_id"], given["token"]));
      }}},
    {"get_totp",
     {[](const context &context, const arguments &given) {
          return describe(context.get_totp(given["service_id"], given["user_id"]));
      },
      [](const context &context, const arguments &given) {
          return outcome(context.try_get_totp(given["service_id"], given["user_id"]));
      }}},
    {"delete_totp",
     {[](const context &context, const arguments &given) {
          context.delete_totp(given["service_id"], given["user_id"]);
          return json();
      },
      [](const context &context, const arguments &given) {
          return outcome(context.try_delete_totp(given["service_id"], given["user_id"]));
      }}},
    {"create_recovery_codes",
     {[](const context &context, const arguments &given) {
          return describe(context.create_recovery_codes(given["service_id"], given["user_id"]));
      },
      [](const context &context, const arguments &given) {
          return outcome(context.try_create_recovery_codes(given["service_id"], given["user_id"]));
      }}},
    {"count_recovery_codes",
     {[](const context &context, const arguments &given) {
          return describe(context.count_recovery_codes(given["service_id"], given["user_id"]));
      },
      [](const context &context, const arguments &given) {
          return outcome(context.try_count_recovery_codes(given["service_id"], given["user_id"]));
      }}},
    {"delete_recovery_codes",
     {[](const context &context, const arguments &given) {
          context.delete_recovery_codes(given["service_id"], given["user_id"]);
          return json();
      },
      [](const context &context, const arguments &given) {
          return outcome(context.try_delete_recovery_codes(given["service_id"], given["user_id"]));
      }}},
};

/// The options of a case, with those that the cases have by default.
json with_defaults(const json &options) {
    json all = {{"username", "user"},
                {"password", "pass:word"},
                {"max_retries", 0},
                {"max_retry_wait_ms", 1},
                {"timeout_ms", 10000}};
    all.update(options);
    return all;
}

/// The config of a case; the first option that is refused is the error.
result<config> make_config(const json &options, const std::string &base_url) {
    const auto word = [&](const char *name) {
        return text(options.value(name, json())).value_or(std::string());
    };
    auto made = config::try_make(word("username"), word("password"));
    if (!made) {
        return made;
    }
    const auto number = [&](const char *name) { return options[name].get<std::int64_t>(); };
    const auto duration = [&](const char *name) { return std::chrono::milliseconds(number(name)); };
    auto set = made->try_set_base_url(base_url);
    const auto then = [&](const char *name, auto setter) {
        if (set && options.contains(name)) {
            set = setter(name);
        }
    };
    then("base_url", [&](auto name) { return made->try_set_base_url(word(name)); });
    then("address", [&](auto name) { return made->try_set_address(word(name)); });
    then("max_retries", [&](auto name) { return made->try_set_max_retries(number(name)); });
    then("max_retry_wait_ms",
         [&](auto name) { return made->try_set_max_retry_wait(duration(name)); });
    then("timeout_ms", [&](auto name) { return made->try_set_timeout(duration(name)); });
    then("connect_timeout_ms",
         [&](auto name) { return made->try_set_connect_timeout(duration(name)); });
    then("idle_timeout_ms", [&](auto name) { return made->try_set_idle_timeout(duration(name)); });
    then("max_idle_connections",
         [&](auto name) { return made->try_set_max_idle_connections(number(name)); });
    then("max_response_bytes",
         [&](auto name) { return made->try_set_max_response_bytes(number(name)); });
    then("proxy", [&](auto name) {
        return options.contains("proxy_username")
                   ? made->try_set_proxy(word(name), word("proxy_username"), word("proxy_password"))
                   : made->try_set_proxy(word(name));
    });
    then("ca_file", [&](auto name) { return made->try_set_ca_file(word(name)); });
    then("pinned_key", [&](auto name) { return made->try_add_pinned_key(word(name)); });
    then("min_tls_version", [&](auto name) {
        return made->try_set_min_tls_version(static_cast<tls_version>(number(name)));
    });
    then("user_agent", [&](auto name) { return made->try_set_user_agent(word(name)); });
    then("user_agent_prefix",
         [&](auto name) { return made->try_set_user_agent_prefix(word(name)); });
    then("user_agent_suffix",
         [&](auto name) { return made->try_set_user_agent_suffix(word(name)); });
    if (!set) {
        return set.error();
    }
    return made;
}

json throwing(const operation &operation, const arguments &given, const json &options,
              const std::string &base_url) {
    try {
        const context context(make_config(options, base_url).value());
        return {{"value", operation.throwing(context, given)}};
    } catch (const verigator::error &error) {
        return {{"error", describe(error)}};
    }
}

json returning(const operation &operation, const arguments &given, const json &options,
               const std::string &base_url) {
    const auto config = make_config(options, base_url);
    if (!config) {
        return {{"error", describe(config.error())}};
    }
    const auto context = context::try_make(*config);
    if (!context) {
        return {{"error", describe(context.error())}};
    }
    return operation.returning(*context, given);
}

} // namespace

json make_call(const json &test, const std::string &base_url, form how) {
    const json &call = test.at("call");
    const operation &operation = OPERATIONS.at(call.at("operation"));
    const arguments given(call.at("arguments"));
    const json options = with_defaults(test.value("config", json::object()));
    return how == form::throwing ? throwing(operation, given, options, base_url)
                                 : returning(operation, given, options, base_url);
}
