// Without exceptions and RTTI: a login, and the failures on the way.
#include <type_traits>

#include "check.hpp"

extern "C" {
#include "phone.h"
}

#if VERIGATOR_EXCEPTIONS
#error "this is to be compiled without exceptions"
#endif

// A constructor that can fail could only end the program.
static_assert(!std::is_constructible_v<verigator::config, const char *, const char *>);
static_assert(!std::is_constructible_v<verigator::context, const verigator::config &>);
static_assert(!std::is_constructible_v<verigator::challenge, verigator::method>);
static_assert(!std::is_constructible_v<verigator::queue, const verigator::context &>);

namespace {

/// By a function and by a future.
void queue(const verigator::context &context) {
    const auto queue = verigator::queue::try_make(context);
    bool is_delivered = false;
    const auto submitted =
        queue->try_submit(context.try_call_get_service("nobody").value(),
                          [&is_delivered](const verigator::result<verigator::service> &found) {
                              is_delivered = fails(found, verigator::status::not_found);
                          });
    CHECK(submitted.has_value());
    auto future = queue->try_future(context.try_call_list_users("nobody").value());
    while (queue->dispatch(verigator::queue::forever) == verigator::status::ok) {
    }
    CHECK(is_delivered && fails(future->get(), verigator::status::not_found));
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    const char *base_url = argv[1];
    const auto context = connect(base_url);
    CHECK(fails(verigator::config::try_make("a:b", "c"), verigator::status::invalid_config));
    CHECK(fails(context.try_get_service("nobody"), verigator::status::not_found));
    CHECK(fails(context.try_delete_service({"a\0b", 3}), verigator::status::invalid_argument));

    const auto service = context.try_create_service("cpp-none.example", "N");
    CHECK(service && !service->id().empty() && (*service).id() == service.value().id());
    const std::string service_id(service->id());
    const auto user = context.try_create_user(service_id, "+3725551111", "kaisa");
    const std::string user_id(user->id());
    const auto challenge = context.try_initiate(service_id, user_id, verigator::method::sms);
    CHECK(challenge && challenge->method() == verigator::method::sms);

    char pin[7] = "";
    CHECK(phone_read_pin(base_url, user_id.c_str(), pin));
    CHECK(context.try_verify(service_id, user_id, *challenge, pin).verified());
    CHECK(!context.try_verify(service_id, user_id, *challenge, pin).verified());

    for (const auto &listed : *context.try_list_users(service_id)) {
        CHECK(listed.id() == user_id);
    }
    queue(context);
    const auto deleted = context.try_delete_service(service_id);
    CHECK(deleted.has_value() && static_cast<bool>(deleted));
    return finish();
}
