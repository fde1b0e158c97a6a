// The log function: what it gets, how long it lives, and that nothing it throws goes on.
#include <mutex>
#include <stdexcept>
#include <vector>

#include "check.hpp"

namespace {

struct lines {
    std::mutex mutex;
    std::vector<std::string> text;

    std::size_t count() {
        const std::lock_guard<std::mutex> lock(mutex);
        return text.size();
    }
};

verigator::log_function into(const std::shared_ptr<lines> &kept) {
    return [kept](verigator::log_level level, std::string_view line) {
        CHECK(level >= verigator::log_level::error && level <= verigator::log_level::debug);
        const std::lock_guard<std::mutex> lock(kept->mutex);
        kept->text.emplace_back(line);
    };
}

void fail(const verigator::context &context) {
    CHECK(fails(context.try_get_service("nobody"), verigator::status::not_found));
}

/// A context keeps the function it was made with, whatever becomes of the config.
void lifetime(const std::string &base_url) {
    const auto first = std::make_shared<lines>(), second = std::make_shared<lines>();
    {
        auto config = options(base_url);
        config.set_log(verigator::log_level::debug, into(first));
        auto context = verigator::context(config);
        config.set_log(verigator::log_level::debug, into(second));
        const auto another = verigator::context(config);
        config = options(base_url);
        CHECK(first.use_count() == 2 && second.use_count() == 2);

        fail(context);
        CHECK(first->count() > 0 && second->count() == 0);
        fail(another);
        CHECK(second->count() > 0);

        const auto before = first->count();
        auto moved = std::move(context);
        fail(moved);
        CHECK(first->count() > before);
        context = std::move(moved);
        fail(context);
    }
    CHECK(first.use_count() == 1 && second.use_count() == 1);
}

/// A function that is refused does not take the place of the one before, and no context is made as
/// if there had been none.
void refusal(const std::string &base_url) {
    const auto kept = std::make_shared<lines>();
    auto config = options(base_url);
    config.set_log(verigator::log_level::debug, into(kept));
    CHECK(!config.try_set_log(static_cast<verigator::log_level>(9), [](auto, auto) {}));
    CHECK(!config.try_set_log(verigator::log_level::debug, {}));
    CHECK(kept.use_count() == 2);
    CHECK(fails(verigator::context::try_make(config), verigator::status::invalid_config));
    config.set_log(verigator::log_level::debug, into(kept));
    fail(verigator::context(config));
    CHECK(kept->count() > 0);
}

void exceptions(const std::string &base_url) {
    int calls = 0;
    auto config = options(base_url);
    config.set_log(verigator::log_level::debug, [&calls](verigator::log_level, std::string_view) {
        if (calls++ % 2) {
            throw std::runtime_error("no room for logs");
        }
        throw 7;
    });
    const verigator::context context(config);
    fail(context);
    fail(context);
    CHECK(calls > 1);
}

/// The function may make calls of its own.
void calls_within(const std::string &base_url) {
    const auto inner = connect(base_url);
    int calls = 0;
    auto config = options(base_url);
    config.set_log(verigator::log_level::debug, [&](verigator::log_level, std::string_view) {
        calls++;
        fail(inner);
    });
    fail(verigator::context(config));
    CHECK(calls > 0);
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    lifetime(argv[1]);
    refusal(argv[1]);
    exceptions(argv[1]);
    calls_within(argv[1]);
    return finish();
}
