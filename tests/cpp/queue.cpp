// Calls and queues: what is delivered, where, and how often.
#include <cstdlib>
#include <memory>
#include <thread>
#include <type_traits>

#include <poll.h>

#include "check.hpp"

extern "C" {
#include "phone.h"
}

namespace {

using std::chrono::milliseconds;
using verigator::queue;
using verigator::result;
using verigator::status;
using verigator::verification;

const milliseconds AT_ONCE{0};
/// Keeps a call under way until it is cancelled.
const char *const STUCK = R"([{"operation":"verify-pin","delay":60000,"times":1000}])";

static_assert(!std::is_copy_constructible_v<queue> && std::is_nothrow_move_constructible_v<queue>);
static_assert(!std::is_copy_constructible_v<verigator::call<void>> &&
              std::is_nothrow_move_constructible_v<verigator::call<void>>);
static_assert(std::is_trivially_copyable_v<verigator::canceller>);

/// Returns how many requests the server has begun, by its own count.
std::string begun(const std::string &base_url) {
    std::string reply(65536, '\0');
    CHECK(http_request(base_url.c_str(), "GET", "/_/chaos", nullptr, reply.data(), reply.size()));
    return reply;
}

void all_operations_by_functions(const std::string &base_url) {
    const auto context = connect(base_url);
    const queue queue(context);
    std::string service_id, user_id;
    int delivered = 0;
    queue.submit(context.call_create_service("cpp-queue.example", "Q"), [&](auto made) {
        delivered++;
        service_id = made.value().id();
    });
    CHECK(queue.dispatch(queue::forever) == status::ok && !service_id.empty());
    queue.submit(context.call_get_service(service_id), [&](result<verigator::service> service) {
        delivered++;
        CHECK(service->name() == "Q");
    });
    queue.submit(context.call_create_user(service_id, "+3725551111", "kaisa"), [&](auto made) {
        delivered++;
        user_id = made->id();
    });
    while (queue.dispatch(queue::forever) == status::ok) {
    }
    queue.submit(context.call_get_user(service_id, user_id), [&](auto user) {
        delivered++;
        CHECK(user->id_in_service() == "kaisa");
    });
    queue.submit(context.call_list_users(service_id), [&](auto users) {
        delivered++;
        CHECK(users->size() == 1);
    });
    std::optional<verigator::challenge> challenge;
    queue.submit(context.call_initiate(service_id, user_id, verigator::method::sms),
                 [&](auto made) {
                     delivered++;
                     challenge = std::move(made).value();
                 });
    while (queue.dispatch(queue::forever) == status::ok) {
    }
    char pin[7] = "";
    CHECK(phone_read_pin(base_url.c_str(), user_id.c_str(), pin));
    queue.submit(context.call_verify(service_id, user_id, *challenge, pin), [&](auto answer) {
        delivered++;
        CHECK(answer.verified());
        // From within: it comes out of a later dispatch().
        queue.submit(context.call_verify(service_id, user_id, pin), [&](auto again) {
            delivered++;
            CHECK(!again.verified());
        });
    });
    while (queue.dispatch(queue::forever) == status::ok) {
    }
    queue.submit(context.call_delete_user(service_id, user_id), [&](result<void> gone) {
        delivered++;
        CHECK(gone.has_value());
    });
    while (queue.dispatch(queue::forever) == status::ok) {
    }
    queue.submit(context.call_delete_service(service_id), [&](auto gone) {
        delivered++;
        CHECK(gone.has_value());
    });
    while (queue.dispatch(queue::forever) == status::ok) {
    }
    CHECK(delivered == 10);
    CHECK(queue.dispatch(AT_ONCE) == status::empty);
}

void by_itself(const std::string &base_url) {
    const auto context = connect(base_url);
    auto call = context.call_get_service("nobody");
    CHECK(fails(call.try_run(), status::not_found));
    CHECK(fails(call.try_run(), status::invalid_argument));
    CHECK(fails(call.try_set_timeout(std::chrono::seconds(1)), status::invalid_argument));
    CHECK(fails(context.try_call_get_service({"a\0b", 3}), status::invalid_argument));
    auto made = context.call_create_service("cpp-call.example", "C");
    const auto service = made.run();
    context.call_delete_service(service.id()).run();

    chaos(base_url, STUCK);
    auto late = context.call_verify("s", "u", "123456");
    late.set_timeout(milliseconds(20));
    CHECK(fails(late.try_run(), status::timeout));

    const std::string before = begun(base_url);
    auto stuck = context.call_verify("s", "u", "123456");
    std::thread other([&base_url, &before, end = stuck.canceller()] {
        while (begun(base_url) == before) {
        }
        end.cancel();
    });
    const auto cancelled = stuck.try_run();
    other.join();
    CHECK(fails(cancelled, status::cancelled) && cancelled.error().maybe_sent());
    stuck.canceller().cancel();
    chaos(base_url, "[]");
}

void by_futures(const std::string &base_url) {
    const auto context = connect(base_url);
    const queue queue(context);
    std::thread dispatching([&queue] {
        while (queue.dispatch(std::chrono::hours(1)) != status::closed) {
        }
    });
    const auto service = queue.future(context.call_create_service("f.example", "F")).get();
    CHECK(service.name() == "F");
    queue.future(context.call_delete_service(service.id())).get();
    auto missing = queue.future(context.call_get_service(service.id()));
    try {
        static_cast<void>(missing.get());
        CHECK(false);
    } catch (const verigator::error &error) {
        CHECK(error.status() == status::not_found);
    }
    auto result = queue.try_future(context.call_get_service(service.id()));
    CHECK(fails(result->get(), status::not_found));
    queue.close();
    dispatching.join();
    CHECK(fails(queue.try_future(context.call_list_users("s")), status::closed));
}

void cancelled_and_closed(const std::string &base_url) {
    chaos(base_url, STUCK);
    const auto context = connect(base_url);
    const queue queue(context);
    int delivered = 0;
    const auto is_cancelled = [&delivered](const result<verification> &answer) {
        delivered++;
        CHECK(fails(answer, status::cancelled) && !answer.verified());
    };
    CHECK(queue.dispatch(queue::forever) == status::empty);
    auto call = context.call_verify("s", "u", "123456");
    const auto end = call.canceller();
    queue.submit(std::move(call), is_cancelled);
    queue.submit(context.call_verify("s", "u", "123456"), is_cancelled);
    CHECK(queue.dispatch(AT_ONCE) == status::pending);
    std::thread([end] { end.cancel(); }).join();
    CHECK(queue.dispatch(queue::forever) == status::ok && delivered == 1);
    end.cancel();
    queue.close();
    CHECK(queue.dispatch(queue::forever) == status::ok && delivered == 2);
    CHECK(queue.dispatch(queue::forever) == status::closed);
    CHECK(
        fails(queue.try_submit(context.call_verify("s", "u", "1"), is_cancelled), status::closed));
    CHECK(queue.dispatch(AT_ONCE) == status::closed && delivered == 2);
    chaos(base_url, "[]");
}

/// What a program's function throws goes through dispatch(), and the other calls stay.
void thrown(const std::string &base_url) {
    const auto context = connect(base_url);
    const queue queue(context);
    int delivered = 0;
    for (int i = 0; i < 3; i++) {
        queue.submit(context.call_get_service("nobody"), [&delivered](auto found) {
            delivered++;
            static_cast<void>(std::move(found).value());
        });
    }
    int thrown = 0;
    while (thrown < 3) {
        try {
            static_cast<void>(queue.dispatch(queue::forever));
        } catch (const verigator::error &error) {
            CHECK(error.status() == status::not_found);
            CHECK(delivered == ++thrown);
        }
    }
    CHECK(queue.dispatch(queue::forever) == status::empty && delivered == 3);
}

bool is_readable(int descriptor) {
    pollfd polled = {descriptor, POLLIN, 0};
    return poll(&polled, 1, 0) == 1;
}

void in_a_loop(const std::string &base_url) {
    const auto context = connect(base_url);
    const queue queue(context);
    pollfd polled = {queue.descriptor(), POLLIN, 0};
    CHECK(!is_readable(polled.fd));
    int delivered = 0;
    for (int i = 0; i < 5; i++) {
        queue.submit(context.call_get_service("nobody"), [&delivered](auto) { delivered++; });
    }
    while (delivered < 5) {
        CHECK(poll(&polled, 1, -1) == 1);
        // It may stay readable for a moment after the last one.
        const int before = delivered;
        CHECK((queue.dispatch(AT_ONCE) == status::ok) == (delivered > before));
    }
    while (is_readable(polled.fd)) {
    }
}

/// So that a loop gets to its other work; it is told that more are left.
void a_few_at_a_time(const std::string &base_url) {
    chaos(base_url, STUCK);
    auto config = options(base_url);
    config.set_max_connections(1);
    const verigator::context context(config);
    const queue queue(context);
    pollfd polled = {queue.descriptor(), POLLIN, 0};
    int delivered = 0;
    for (int i = 0; i < 9; i++) {
        queue.submit(context.call_verify("s", "u", "1"), [&delivered](auto) { delivered++; });
    }
    // Those that wait for the connection end together.
    queue.close();
    while (delivered < 9) {
        CHECK(poll(&polled, 1, -1) == 1);
        const int before = delivered;
        static_cast<void>(queue.dispatch(AT_ONCE, 2));
        CHECK(delivered <= before + 2);
    }
    chaos(base_url, "[]");
}

void woken(const std::string &base_url) {
    const auto context = connect(base_url);
    const queue queue(context);
    auto held = std::make_shared<std::promise<void>>();
    const std::weak_ptr<std::promise<void>> is_held = held;
    auto awake = held->get_future();
    queue.set_wake([held = std::move(held)] {
        held->set_value();
        throw "no exception goes on into C";
    });
    int delivered = 0;
    const auto count = [&delivered](auto) { delivered++; };
    queue.submit(context.call_get_service("nobody"), count);
    awake.wait();
    CHECK(queue.dispatch(AT_ONCE) == status::ok && delivered == 1);
    queue.set_wake({});
    CHECK(is_held.expired());

    // Closed from within.
    queue.set_wake([&queue] { queue.close(); });
    queue.submit(context.call_get_service("nobody"), count);
    while (queue.dispatch(queue::forever) != status::closed) {
    }
    CHECK(delivered == 2);
}

/// Nothing is called then, nothing is left, and whoever waits is told.
void ended_with_calls_under_way(const std::string &base_url) {
    chaos(base_url, STUCK);
    const auto context = connect(base_url);
    const auto kept = std::make_shared<int>();
    std::future<verification> future;
    {
        const queue queue(context);
        future = queue.future(context.call_verify("s", "u", "123456"));
        for (int i = 0; i < 8; i++) {
            queue.submit(context.call_verify("s", "u", "123456"), [kept](auto) { CHECK(false); });
        }
        CHECK(kept.use_count() == 9);
    }
    CHECK(kept.use_count() == 1);
    try {
        static_cast<void>(future.get());
        CHECK(false);
    } catch (const verigator::error &error) {
        CHECK(error.status() == status::cancelled);
    }
    chaos(base_url, "[]");
}

/// By a function that it calls: the calls behind are let go.
void ended_by_what_it_delivers(const std::string &base_url) {
    const auto context = connect(base_url);
    auto owner = std::make_unique<queue>(context);
    const queue &queue = *owner;
    const auto kept = std::make_shared<int>();
    int delivered = 0;
    for (int i = 0; i < 8; i++) {
        queue.submit(context.call_get_service("nobody"), [&owner, &delivered, kept](auto) {
            delivered++;
            owner.reset();
        });
    }
    CHECK(queue.dispatch(queue::forever) == status::ok);
    CHECK(!owner && delivered == 1 && kept.use_count() == 1);
}

void moved(const std::string &base_url) {
    const auto context = connect(base_url);
    queue queue(context);
    int delivered = 0;
    queue.submit(context.call_get_service("nobody"), [&delivered](auto) { delivered++; });
    const auto other = std::move(queue);
    CHECK(other.dispatch(verigator::queue::forever) == status::ok && delivered == 1);
    CHECK(queue.dispatch(AT_ONCE) == status::invalid_handle);
    CHECK(fails(queue.try_close(), status::invalid_handle));
    CHECK(fails(queue.try_descriptor(), status::invalid_handle));
    CHECK(fails(queue.try_set_wake([] {}), status::invalid_handle));
    const auto count = [&delivered](auto) { delivered++; };
    CHECK(fails(queue.try_submit(context.call_get_service("s"), count), status::invalid_handle));
    auto call = context.call_get_service("s");
    const auto moved_call = std::move(call);
    CHECK(fails(call.try_run(), status::invalid_handle));
    CHECK(fails(other.try_submit(std::move(call), count), status::invalid_handle));
    const auto another = connect(base_url);
    CHECK(fails(other.try_submit(another.call_get_service("s"), count), status::invalid_argument));
    CHECK(delivered == 1);
}

void limits(const std::string &base_url) {
    auto config = options(base_url);
    CHECK(fails(config.try_set_max_connections(0), status::invalid_config));
    config.set_max_connections(1);
    const verigator::context context(config);
    const queue queue(context);
    int delivered = 0;
    for (int i = 0; i < 4; i++) {
        queue.submit(context.call_get_service("nobody"), [&delivered](auto) { delivered++; });
    }
    while (queue.dispatch(queue::forever) == status::ok) {
    }
    CHECK(delivered == 4);
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    all_operations_by_functions(argv[1]);
    by_itself(argv[1]);
    by_futures(argv[1]);
    cancelled_and_closed(argv[1]);
    thrown(argv[1]);
    in_a_loop(argv[1]);
    a_few_at_a_time(argv[1]);
    woken(argv[1]);
    ended_with_calls_under_way(argv[1]);
    ended_by_what_it_delivers(argv[1]);
    moved(argv[1]);
    limits(argv[1]);
    return finish();
}
