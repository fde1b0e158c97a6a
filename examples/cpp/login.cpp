// A two-factor login from end to end, against verigator-server on this machine.
//
// What a program does to log a user in is in `account` and main(); everything else prints, or plays
// the user.
#include <chrono>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <string>

#include <verigator.hpp>

extern "C" {
#include "phone.h"
}

namespace {

using verigator::method;

/// Ends the program unless the step came out as it should.
void expect(bool as_it_should, const char *what) {
    if (!as_it_should) {
        std::cerr << "  ! " << what << '\n';
        std::exit(1);
    }
}

void print(const std::string &step, std::string_view outcome) {
    std::cout << "  " << std::left << std::setw(29) << step << "-> " << outcome << std::endl;
}

std::string name_of(method way) {
    return way == method::totp ? "authenticator app" : "SMS";
}

/// A user who logs in.
class account {
  public:
    account(const verigator::context &context, std::string service_id, std::string user_id)
        : context_(context), service_id_(std::move(service_id)), user_id_(std::move(user_id)) {
    }

    /// Starts an authentication and says which method is really used.
    verigator::challenge start(method preferred) const {
        auto challenge = context_.initiate(service_id_, user_id_, preferred);
        print("start with " + name_of(preferred), "a code by " + name_of(challenge.method()));
        return challenge;
    }

    /// Checks a token and ends the program unless the answer is the expected one.
    void verify(const verigator::challenge &challenge, const std::string &what,
                const std::string &token, bool expected) const {
        const auto answer = context_.verify(service_id_, user_id_, challenge, token);
        print(what, answer.verified() ? "verified" : "denied");
        expect(answer.verified() == expected, "that should have come out the other way");
    }

  private:
    const verigator::context &context_;
    std::string service_id_, user_id_;
};

/// A PIN that is not this one.
std::string other_than(std::string pin) {
    pin[0] = pin[0] == '9' ? '0' : '9';
    return pin;
}

void log_in(const std::string &base_url) {
    verigator::config config("demo", "demo-password");
    config.set_base_url(base_url).set_timeout(std::chrono::seconds(10));
    const verigator::context context(config);
    std::cout << "libverigator " << verigator::version() << ", service at " << base_url << "\n\n";

    std::cout << "A service and a user\n";
    const auto service = context.create_service("login-cpp.example.com", "Example");
    const std::string service_id(service.id());
    print("service " + std::string(service.name()), service_id);
    const auto user = context.create_user(service_id, "+3725555555", "kaisa@example.com");
    const std::string user_id(user.id());
    print("user " + std::string(user.id_in_service()), user_id);
    for (const auto listed : context.list_users(service_id)) {
        expect(listed.id() == user_id, "there should be no other user");
    }
    const account kaisa(context, service_id, user_id);

    std::cout << "\nA login by SMS: no authenticator app is enrolled yet\n";
    char pin[7] = "";
    const auto by_sms = kaisa.start(method::totp);
    expect(by_sms.method() == method::sms, "without an app it should fall back to SMS");
    expect(phone_read_pin(base_url.c_str(), user_id.c_str(), pin), "no text message arrived");
    kaisa.verify(by_sms, "a wrong PIN", other_than(pin), false);
    kaisa.verify(by_sms, "the PIN from the message", pin, true);
    kaisa.verify(by_sms, "the same PIN again", pin, false);

    std::cout << "\nA login by authenticator app\n";
    char secret[65] = "", code[7] = "";
    expect(phone_enrol(base_url.c_str(), service_id.c_str(), user_id.c_str(), secret),
           "the app could not be enrolled");
    print("scan the QR code", "enrolled");
    const auto by_app = kaisa.start(method::totp);
    expect(by_app.method() == method::totp, "with an app it should be used");
    expect(phone_next_code(secret, code), "the app shows no code");
    kaisa.verify(by_app, "the code in the app", code, true);
    kaisa.verify(by_app, "the same code again", code, false);

    context.delete_service(service_id);
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        std::cerr << "usage: " << argv[0] << " BASE_URL   such as http://127.0.0.1:8080\n";
        return 2;
    }
    try {
        log_in(argv[1]);
    } catch (const verigator::error &error) {
        std::cerr << "  ! " << error.what() << '\n';
        return 1;
    }
    std::cout << "\nEvery step came out as it should.\n";
    return 0;
}
