// Who owns what: no copies, moves that leave nothing behind, and closed contexts.
#include <thread>
#include <type_traits>

#include "check.hpp"

namespace {

using verigator::status;

template <class Owner> constexpr bool moves_only() {
    return !std::is_copy_constructible_v<Owner> && !std::is_copy_assignable_v<Owner> &&
           std::is_nothrow_move_constructible_v<Owner> &&
           std::is_nothrow_move_assignable_v<Owner> && !std::is_default_constructible_v<Owner>;
}

static_assert(moves_only<verigator::config>());
static_assert(moves_only<verigator::context>());
static_assert(moves_only<verigator::service>());
static_assert(moves_only<verigator::user>());
static_assert(moves_only<verigator::users>());
static_assert(moves_only<verigator::challenge>());
static_assert(moves_only<verigator::verification>());
static_assert(moves_only<verigator::result<verigator::service>>());

// An error can be thrown, and so must be copied without failing.
static_assert(std::is_nothrow_copy_constructible_v<verigator::error>);
static_assert(std::is_nothrow_copy_assignable_v<verigator::error>);
static_assert(std::is_trivially_copyable_v<verigator::user_view>);

// A yes is asked for by its name.
static_assert(!std::is_constructible_v<bool, verigator::verification>);
static_assert(!std::is_convertible_v<verigator::result<verigator::service>, bool>);
static_assert(!std::is_convertible_v<verigator::result<void>, bool>);

/// Moves an object into itself; by reference, since compilers warn of it otherwise.
template <class Owner> void move_into(Owner &target, Owner &source) {
    target = std::move(source);
}

void all_is_refused(const verigator::context &context, status expected) {
    const auto sms = verigator::method::sms;
    CHECK(fails(context.try_create_service("f", "n"), expected));
    CHECK(fails(context.try_get_service("s"), expected));
    CHECK(fails(context.try_delete_service("s"), expected));
    CHECK(fails(context.try_create_user("s", "+3725550000", "i"), expected));
    CHECK(fails(context.try_get_user("s", "u"), expected));
    CHECK(fails(context.try_list_users("s"), expected));
    CHECK(fails(context.try_delete_user("s", "u"), expected));
    CHECK(fails(context.try_initiate("s", "u", sms), expected));
    CHECK(fails(context.try_verify("s", "u", "123456"), expected));
    CHECK(fails(context.try_verify("s", "u", verigator::challenge(sms), "123456"), expected));
}

void contexts(const std::string &base_url) {
    auto config = options(base_url);
    auto moved_config = std::move(config);
    CHECK(fails(config.try_set_max_retries(1), status::invalid_handle));
    CHECK(fails(verigator::context::try_make(config), status::invalid_handle));

    verigator::context context(moved_config);
    moved_config = verigator::config("another", "password");
    auto moved = std::move(context);
    CHECK(fails(moved.try_get_service("nobody"), status::not_found));
    all_is_refused(context, status::invalid_handle);
    CHECK(fails(context.try_close(), status::invalid_handle));

    move_into(moved, moved);
    CHECK(fails(moved.try_get_service("nobody"), status::not_found));
    context = std::move(moved);
    CHECK(fails(context.try_get_service("nobody"), status::not_found));

    context.close();
    all_is_refused(context, status::closed);
    context.close();
}

void results(const std::string &base_url) {
    const auto context = connect(base_url);
    auto service = context.create_service("cpp-moves.example", "M");
    const std::string id(service.id());
    auto moved = std::move(service);
    move_into(moved, moved);
    CHECK(moved.id() == id && moved.name() == "M");
    CHECK(service.id().empty() && service.name().empty() && service.ctime().empty());

    auto user = context.create_user(id, "+3725551111", "kaisa");
    const std::string user_id(user.id());
    const auto moved_user = std::move(user);
    CHECK(moved_user.id() == user_id);
    CHECK(user.id().empty() && user.id_in_service().empty() && user.ctime().empty());

    auto users = context.list_users(id);
    const auto moved_users = std::move(users);
    CHECK(moved_users.size() == 1);
    CHECK(users.empty() && users.total() == 0 && users.begin() == users.end());
    CHECK(users[0].id().empty());

    auto challenge = context.initiate(id, user_id, verigator::method::sms);
    const auto moved_challenge = std::move(challenge);
    CHECK(moved_challenge.method() == verigator::method::sms && moved_challenge.auth_id());
    CHECK(challenge.method() == static_cast<verigator::method>(0) && !challenge.auth_id());
    // To C, no challenge would be another call.
    CHECK(fails(context.try_verify(id, user_id, challenge, "123456"), status::invalid_handle));

    auto answer = context.verify(id, user_id, moved_challenge, "none");
    const auto moved_answer = std::move(answer);
    CHECK(moved_answer.invalid() && moved_answer.result());
    CHECK(!answer.verified() && !answer.method() && !answer.result() && !answer.invalid());

    auto found = context.try_get_service(id);
    const auto taken = std::move(found).value();
    CHECK(taken.id() == id && found->id().empty());
    context.delete_service(id);
}

/// Returns how many requests the server has begun, by its own count.
std::string begun(const std::string &base_url) {
    std::string reply(65536, '\0');
    CHECK(http_request(base_url.c_str(), "GET", "/_/chaos", nullptr, reply.data(), reply.size()));
    return reply;
}

void closing_ends_what_waits(const std::string &base_url) {
    chaos(base_url, R"([{"operation":"verify-pin","delay":60000,"times":1}])");
    const std::string before = begun(base_url);
    const auto context = connect(base_url);
    std::thread waiting([&context] {
        const auto answer = context.try_verify("s", "u", "123456");
        CHECK(fails(answer, status::cancelled) && answer.error().maybe_sent());
    });
    while (begun(base_url) == before) {
    }
    context.close();
    waiting.join();
    chaos(base_url, "[]");
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    contexts(argv[1]);
    results(argv[1]);
    closing_ends_what_waits(argv[1]);
    return finish();
}
