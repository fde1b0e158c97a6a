// A list of users as a range: for loops, algorithms and, from C++20 on, std::ranges.
#include <algorithm>
#include <iterator>
#include <vector>

#if __cplusplus >= 202002L
#include <ranges>
#endif

#include "check.hpp"

namespace {

const std::vector<std::string> NAMES = {"juhan", "kaisa", "liis", "mari", "peeter"};

/// Both forms of the call: the list lives as long as the loop.
void loops(const verigator::context &context, std::string_view service_id) {
    std::vector<std::string> names, names_again;
    for (const auto user : context.list_users(service_id)) {
        CHECK(!user.id().empty() && !user.ctime().empty());
        names.emplace_back(user.id_in_service());
    }
    for (const auto user : context.try_list_users(service_id).value()) {
        names_again.emplace_back(user.id_in_service());
    }
    CHECK(names == names_again);
    std::sort(names.begin(), names.end());
    CHECK(names == NAMES);
}

void iterators(const verigator::users &users) {
    const auto is_mari = [](const auto &user) { return user.id_in_service() == "mari"; };
    const auto mari = std::find_if(users.begin(), users.end(), is_mari);
    CHECK(mari != users.end() && mari->id_in_service() == "mari");
    CHECK(std::count_if(users.begin(), users.end(), is_mari) == 1);

    auto walk = users.begin();
    CHECK(walk++ == users.begin() && walk != users.begin());
    CHECK(walk->id() == users[1].id());
    CHECK(++walk == std::next(users.begin(), 2));
    CHECK(std::distance(users.begin(), users.end()) == 5);
    CHECK(users[5].id().empty() && users[static_cast<std::size_t>(-1)].ctime().empty());
}

#if __cplusplus >= 202002L
static_assert(std::ranges::forward_range<verigator::users>);
static_assert(std::ranges::sized_range<verigator::users>);
static_assert(std::ranges::common_range<verigator::users>);

void views(const verigator::users &users) {
    CHECK(std::ranges::all_of(users, [](auto user) { return !user.id().empty(); }));
    CHECK(std::ranges::count(users, "mari", &verigator::user_view::id_in_service) == 1);
    // std::views needs more of C++20 than clang 14 has with this standard library.
#ifndef __clang__
    auto lengths = users | std::views::transform([](auto user) { return user.id().size(); });
    CHECK(std::ranges::min(lengths) > 0);
#endif
}
#else
void views(const verigator::users &) {
}
#endif

} // namespace

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    const auto context = connect(argv[1]);
    const auto service = context.create_service("cpp-ranges.example", "R");
    CHECK(context.list_users(service.id()).empty());
    int number = 0;
    for (const auto &name : NAMES) {
        static_cast<void>(
            context.create_user(service.id(), "+372555000" + std::to_string(number++), name));
    }
    loops(context, service.id());

    auto users = context.list_users(service.id());
    CHECK(users.size() == NAMES.size() && users.total() == NAMES.size() && !users.empty());
    iterators(users);
    views(users);

    // Moving the list leaves its iterators and views of use.
    const auto first = users.begin();
    const auto view = users[0];
    const auto moved = std::move(users);
    CHECK(first == moved.begin() && first->id() == moved[0].id() && view.id() == first->id());

    context.delete_service(service.id());
    return finish();
}
