// A login from end to end: register a service and a user, send a PIN, and check what was typed.
//
// VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where, and as whom. The exit
// code is 0 for a yes, 1 for a no, and 2 when the service could not be asked.
#include <iostream>
#include <string>

#include <verigator.hpp>

namespace {

/// What somebody types; nothing, if nobody is there.
std::string ask(const std::string &question) {
    std::string answer;
    std::cout << question << std::flush;
    std::getline(std::cin, answer);
    return answer;
}

/// Sends this user a PIN and gives them three attempts at typing it.
bool log_in(const verigator::context &context, std::string_view service_id,
            std::string_view user_id) {
    const auto challenge = context.initiate(service_id, user_id, verigator::method::totp);
    const bool is_sms = challenge.method() == verigator::method::sms;
    for (int i = 0; i < 3; i++) {
        const auto token = ask(is_sms ? "sms PIN: " : "totp PIN: ");
        if (context.verify(service_id, user_id, challenge, token).verified()) {
            return true;
        }
        std::cout << "That is not it.\n";
    }
    return false;
}

/// A service that is taken back at the end.
class temporary_service {
  public:
    explicit temporary_service(const verigator::context &context)
        : context_(context), service_(context.create_service("shop.example.com", "Example shop")) {
    }
    temporary_service(const temporary_service &) = delete;
    temporary_service &operator=(const temporary_service &) = delete;
    ~temporary_service() {
        static_cast<void>(context_.try_delete_service(id()));
    }

    std::string_view id() const {
        return service_.id();
    }

  private:
    const verigator::context &context_;
    verigator::service service_;
};

} // namespace

int main() {
    try {
        const verigator::context context(verigator::config::from_env());
        const temporary_service service(context);
        const auto jane = context.create_user(service.id(), "+3725555555", "jane@example.com");
        const bool verified = log_in(context, service.id(), jane.id());
        std::cout << (verified ? "Welcome!\n" : "Denied.\n");
        return verified ? 0 : 1;
    } catch (const verigator::error &error) {
        std::cerr << error.what() << '\n';
        return 2;
    }
}
