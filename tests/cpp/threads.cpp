// One context under calls from many threads at once, each of which sees its own answers.
#include <functional>
#include <thread>
#include <vector>

#include "check.hpp"

namespace {

const int THREADS = 8, ROUNDS = 20;

/// Works on a service of its own, and fails with an error of its own in between.
void work(const verigator::context &context, int number) {
    const std::string name = "thread" + std::to_string(number);
    const auto service = context.create_service(name + ".example", name);
    for (int round = 0; round < ROUNDS; round++) {
        const auto same = context.get_service(service.id());
        CHECK(same.name() == name);
        const auto user_name = name + "-" + std::to_string(round);
        const auto user = context.create_user(service.id(), "+3725550000", user_name);
        CHECK(user.id_in_service() == user_name);
        const auto unknown = context.try_verify(service.id(), user.id(), "123456");
        CHECK(fails(unknown, verigator::status::not_found) && !unknown.verified());
        const auto refused = context.try_get_service({name.c_str(), name.size() + 1});
        CHECK(fails(refused, verigator::status::invalid_argument));
        context.delete_user(service.id(), user.id());
    }
    context.delete_service(service.id());
}

/// An object that one thread made may be read by others, and freed by another.
void hand_over(const verigator::context &context) {
    const auto error = context.try_get_service("nobody").error();
    auto service = context.create_service("cpp-threads.example", "T");
    context.delete_service(service.id());
    std::vector<std::thread> threads;
    for (int number = 0; number < THREADS; number++) {
        threads.emplace_back([error, &service] {
            CHECK(service.name() == "T" && error.status() == verigator::status::not_found);
        });
    }
    for (auto &thread : threads) {
        thread.join();
    }
    std::thread([taken = std::move(service)] { CHECK(taken.name() == "T"); }).join();
    CHECK(service.name().empty());
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    const auto context = connect(argv[1]);
    std::vector<std::thread> threads;
    for (int number = 0; number < THREADS; number++) {
        threads.emplace_back(work, std::cref(context), number);
    }
    for (auto &thread : threads) {
        thread.join();
    }
    hand_over(context);
    return finish();
}
