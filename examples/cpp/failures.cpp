// What can go wrong, and how a program tells one failure from another: each is brought about, and
// printed as a line of examples/failures.txt.
//
// What a program does is in explain() and the first two print(); the rest makes trouble, for which
// it needs a `verigator-server --dev --chaos`. VERIGATOR_USERNAME, VERIGATOR_PASSWORD and
// VERIGATOR_BASE_URL say where, and as whom.
#include <chrono>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <string>
#include <thread>

#include <verigator.hpp>

extern "C" {
#include "http.h"
#include "phone.h"
}

namespace {

using verigator::config;
using verigator::context;
using verigator::status;

constexpr auto wrong = "That is not right. Please correct it.";
constexpr auto taken = "You are registered already.";
constexpr auto old = "That code is too old. Ask for another.";
constexpr auto no_code = "If no code comes, ask for another.";
constexpr auto wait_a_while = "Too many attempts. Wait a while.";
constexpr auto later = "We cannot log you in now. Try again later.";
constexpr auto begin_again = "Please begin again, or call us.";
constexpr auto call_us = "We cannot log you in. Please call us.";

/// Prints one line of the table.
void print(const std::string &situation, const std::string &what, const std::string &sent,
           const std::string &again, const std::string &tell) {
    std::cout << std::left << std::setw(28) << situation << std::setw(24) << what << std::setw(7)
              << sent << std::setw(19) << again << tell << std::endl;
}

/// What a failure is, whether the same call may succeed later, and what the user reads.
struct explanation {
    const char *what;
    bool may_succeed;
    const char *tell;
};

explanation explain(const verigator::error &error) {
    switch (error.status()) {
    case status::invalid_argument:
        return {"invalid argument", false, wrong};
    case status::invalid_config:
        return {"invalid option", false, call_us};
    case status::closed:
        return {"closed before the call", false, later};
    case status::dns:
        return {"name not found", true, later};
    case status::connect:
        return {"no connection", true, later};
    case status::tls:
        return {"TLS failed", false, call_us};
    case status::disconnected:
        return {"connection broken", true, later};
    case status::timeout:
        return {"deadline passed", true, later};
    case status::cancelled:
        return {"closed during the call", false, later};
    case status::proxy:
        return {"proxy failed", true, later};
    case status::protocol:
        return {"no valid reply", false, call_us};
    case status::too_large:
        return {"reply too large", false, call_us};
    case status::unauthorized:
        return {"wrong credentials", false, call_us};
    case status::forbidden:
        return {"forbidden", false, call_us};
    case status::not_found:
        return {"not found", false, begin_again};
    case status::conflict:
        return {"conflict", false, taken};
    case status::bad_request:
    case status::invalid_data:
        return {"invalid data", false, wrong};
    case status::too_many_requests:
        return {"too many requests", true, wait_a_while};
    default:
        if (error.http_status() >= 500) {
            return {"service failed", true, later};
        }
        // Also what a later version of the library may tell.
        return {"unexpected failure", false, call_us};
    }
}

/// Every failure is a no. Whether to make the same call again depends on what the first one has
/// done.
void print(const std::string &situation, const verigator::error &error) {
    const auto [what, may_succeed, tell] = explain(error);
    const auto sent = error.maybe_sent() ? "maybe" : "no";
    if (!may_succeed) {
        print(situation, what, sent, "no", tell);
    } else if (!error.retry_safe()) {
        // A start may have sent a code, and another start would end it.
        print(situation, what, sent, "if the user asks", no_code);
    } else if (const auto wait = error.retry_after()) {
        print(situation, what, sent, "after " + std::to_string(wait->count() / 1000) + " s", tell);
    } else {
        print(situation, what, sent, "yes", tell);
    }
}

/// A no is an answer, and no failure.
void print(const std::string &situation, const verigator::verification &answer) {
    if (answer.verified()) {
        print(situation, "verified", "yes", "no", "Welcome!");
    } else if (answer.throttled()) {
        print(situation, "denied, throttled", "yes", "after a while", wait_a_while);
    } else if (answer.expired()) {
        print(situation, "denied, expired", "yes", "with a new start", old);
    } else {
        print(situation, "denied", "yes", "with another code", wrong);
    }
}

/// Prints how a call fails.
template <class Call> void fails(const std::string &situation, Call call) {
    try {
        static_cast<void>(call());
    } catch (const verigator::error &error) {
        print(situation, error);
        return;
    }
    std::cerr << situation << ": this should have failed\n";
    std::exit(1);
}

/// A user who has trouble.
class jane {
  public:
    jane(const context &usual, const verigator::service &service, const verigator::user &user)
        : usual_(usual), service_id_(service.id()), user_id_(user.id()),
          server_(std::getenv("VERIGATOR_BASE_URL")) {
    }

    /// What the service answers to codes.
    void answers() const {
        check("nothing was started", "0000000");
        static_cast<void>(start(usual_));
        check("the right code", code());
        check("a code used before", code());
        static_cast<void>(start(usual_));
        ask_server("PUT", "/_/clock", R"({"advance": 301})");
        check("an old code", code());
        static_cast<void>(start(usual_));
        check("a wrong code", "0000000");
        auto answer = verify("0000000");
        while (!answer.throttled()) {
            answer = verify("0000000");
        }
        print("too many wrong codes", answer);
    }

    /// Calls that ask for what cannot be.
    void refused_calls() const {
        check("an empty code", "");
        fails("a number that is none",
              [&] { return usual_.create_user(service_id_, "none", "john@example.com"); });
        fails("a user who exists",
              [&] { return usual_.create_user(service_id_, "+3725555556", "jane@example.com"); });
        fails("an unknown user",
              [&] { return usual_.initiate(service_id_, "nobody", verigator::method::totp); });
    }

    /// Calls at a service that misbehaves.
    void misbehaviour() const {
        const char *const effects[][2] = {
            {"another account's service", R"("status": 403)"},
            {"too many starts", R"("status": 429, "retry-after": 7)"},
            {"a start that fails", R"("status": 503, "retry-after": 7)"},
            {"a status unheard of", R"("status": 418)"},
            {"a broken connection", R"("drop": true)"},
            {"a reply that is none", R"("status": 201, "body": "It works!")"},
        };
        for (const auto &[situation, effect] : effects) {
            misbehave("start-authentication", effect);
            fails(situation, [&] { return start(usual_); });
        }
        misbehave("get-user", R"("status": 503, "retry-after": 7)");
        fails("reading that fails", [&] { return usual_.get_user(service_id_, user_id_); });
    }

    /// Calls with options that are not right.
    void options() const {
        // A label has 63 characters at most.
        const auto unknown = "https://" + std::string(64, '0') + ".example";
        // Port 1 (tcpmux) is served by nobody.
        const auto nobody = "http://127.0.0.1:1";
        const auto tls = "https" + server_.substr(server_.find(':'));
        start_with("an option that is none",
                   [](config &options) { options.set_base_url("ftp://localhost"); });
        start_with("an unknown name", [&](config &options) { options.set_base_url(unknown); });
        start_with("nobody listens", [&](config &options) { options.set_base_url(nobody); });
        start_with("no TLS there", [&](config &options) { options.set_base_url(tls); });
        start_with("no proxy there", [&](config &options) { options.set_proxy(nobody); });
        misbehave("start-authentication", R"("delay": 60000)");
        start_with("a slow service",
                   [](config &options) { options.set_timeout(std::chrono::milliseconds(500)); });
        start_with("a long reply", [](config &options) { options.set_max_response_bytes(4); });
        config stranger("demo", "wrong");
        const context strange(stranger.set_base_url(server_));
        fails("a wrong password", [&] { return start(strange); });
    }

    /// Calls on a context that is closed.
    void closing() const {
        const context closed(config::from_env());
        misbehave("start-authentication", R"("delay": 60000)");
        const auto before = ask_server("GET", "/_/chaos");
        std::thread waiting([&] { fails("closed meanwhile", [&] { return start(closed); }); });
        while (ask_server("GET", "/_/chaos") == before) {
        }
        closed.close();
        waiting.join();
        fails("closed before", [&] { return start(closed); });
    }

  private:
    /// Starts an authentication.
    verigator::challenge start(const context &context) const {
        return context.initiate(service_id_, user_id_, verigator::method::totp);
    }

    /// Starts with an option that cannot go well.
    template <class Option> void start_with(const std::string &situation, Option option) const {
        fails(situation, [&] {
            auto options = config::from_env();
            option(options);
            return start(context(options));
        });
    }

    /// Asks whether a code is right.
    verigator::verification verify(const std::string &code) const {
        return usual_.verify(service_id_, user_id_, code);
    }

    /// Prints what the service says of a code.
    void check(const std::string &situation, const std::string &code) const {
        try {
            print(situation, verify(code));
        } catch (const verigator::error &error) {
            print(situation, error);
        }
    }

    /// The code in the message that Jane was sent last.
    std::string code() const {
        char pin[7] = "";
        phone_read_pin(server_.c_str(), user_id_.c_str(), pin);
        return pin;
    }

    /// Has the next such operation go wrong.
    void misbehave(const std::string &operation, const std::string &effect) const {
        ask_server("PUT", "/_/chaos",
                   R"([{"operation": ")" + operation + R"(", "times": 1, )" + effect + "}]");
    }

    /// A request to the development routes of the server.
    std::string ask_server(const char *method, const char *path,
                           const std::string &body = {}) const {
        std::string reply(4096, '\0');
        http_request(server_.c_str(), method, path, body.c_str(), reply.data(), reply.size());
        return reply;
    }

    const context &usual_;
    std::string service_id_, user_id_, server_;
};

} // namespace

int main() {
    try {
        const context context(config::from_env());
        const auto service = context.create_service("failures.example.com", "Example shop");
        const auto user = context.create_user(service.id(), "+3725555555", "jane@example.com");
        const jane jane(context, service, user);
        print("SITUATION", "WHAT HAPPENED", "SENT", "TRY AGAIN", "TELL THE USER");
        jane.answers();
        jane.refused_calls();
        jane.misbehaviour();
        jane.options();
        jane.closing();
        context.delete_service(service.id());
        return 0;
    } catch (const verigator::error &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
