// A login with everything the service says, and what each object tells.
#include "check.hpp"

extern "C" {
#include "phone.h"
}

namespace {

using verigator::method;

std::string read_pin(const std::string &base_url, const std::string &user_id) {
    char pin[7] = "";
    CHECK(phone_read_pin(base_url.c_str(), user_id.c_str(), pin));
    return pin;
}

std::string wrong(std::string pin) {
    pin[0] = pin[0] == '9' ? '0' : '9';
    return pin;
}

void by_sms(const verigator::context &context, const std::string &base_url,
            const std::string &service_id, const std::string &user_id) {
    const auto challenge = context.initiate(service_id, user_id, method::totp);
    CHECK(challenge.method() == method::sms);
    CHECK(challenge.auth_id().has_value());
    const std::string pin = read_pin(base_url, user_id);

    const auto denied = context.verify(service_id, user_id, challenge, wrong(pin));
    CHECK(!denied.verified());
    CHECK(denied.method() == method::sms);
    CHECK(denied.invalid() && !denied.throttled() && !denied.expired());
    CHECK(denied.result() == "INVALID");

    // The right PIN for another challenge is no proof.
    const verigator::challenge foreign(method::sms, "00000000-0000-4000-8000-000000000000");
    CHECK(!context.verify(service_id, user_id, foreign, pin).verified());

    // A challenge that was stored and made again is as good as the first.
    const verigator::challenge stored(challenge.method(), challenge.auth_id());
    const auto verified = context.verify(service_id, user_id, stored, pin);
    CHECK(verified.verified() && !verified.invalid() && !verified.result());

    // A PIN is good for one login.
    const auto again = context.try_verify(service_id, user_id, stored, pin);
    CHECK(!again.verified() && (!again.has_value() || !again->verified()));
}

void by_app(const verigator::context &context, const std::string &base_url,
            const std::string &service_id, const std::string &user_id) {
    char secret[65] = "", code[7] = "";
    CHECK(phone_enrol(base_url.c_str(), service_id.c_str(), user_id.c_str(), secret));
    const auto challenge = context.initiate(service_id, user_id, method::totp);
    CHECK(challenge.method() == method::totp);
    CHECK(!challenge.auth_id());
    CHECK(phone_next_code(secret, code));
    const auto verified = context.verify(service_id, user_id, code);
    CHECK(verified.verified() && verified.method() == method::totp);
    CHECK(!context.try_verify(service_id, user_id, code).verified());
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    const std::string base_url = argv[1];
    const auto context = connect(base_url);
    CHECK(verigator::version() == "1.0.0");

    const auto service = context.create_service("cpp-login.example", "L\xc3\xb5gin");
    const std::string service_id(service.id());
    const auto same_service = context.get_service(service_id);
    CHECK(same_service.id() == service_id && same_service.name() == "L\xc3\xb5gin");
    CHECK(!service.ctime().empty() && same_service.ctime() == service.ctime());

    const auto user = context.create_user(service_id, "+3725551111", "kaisa");
    const std::string user_id(user.id());
    const auto same_user = context.get_user(service_id, user_id);
    CHECK(same_user.id() == user_id && same_user.id_in_service() == "kaisa");
    CHECK(!user.ctime().empty() && same_user.ctime() == user.ctime());

    by_sms(context, base_url, service_id, user_id);
    by_app(context, base_url, service_id, user_id);

    context.delete_user(service_id, user_id);
    CHECK(fails(context.try_get_user(service_id, user_id), verigator::status::not_found));
    context.delete_service(service_id);
    CHECK(fails(context.try_get_service(service_id), verigator::status::not_found));
    return finish();
}
