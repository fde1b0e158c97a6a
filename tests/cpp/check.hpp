// The little that these tests need of a test framework: a check that says where it failed and goes
// on, and a closing line that counts.
#ifndef CHECK_HPP
#define CHECK_HPP

#include <atomic>
#include <cstdio>
#include <string>

#include <verigator.hpp>

extern "C" {
#include "http.h"
}

inline std::atomic<int> checks_passed{0}, checks_failed{0};

inline void check(bool passes, const char *what, const char *file, int line) {
    if (passes) {
        checks_passed++;
    } else {
        checks_failed++;
        std::fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
    }
}

#define CHECK(...) check((__VA_ARGS__), #__VA_ARGS__, __FILE__, __LINE__)

/// Whether a result is the error of that status; prints it if it is another.
template <class Result> bool fails(const Result &result, verigator::status expected) {
    if (result.has_value()) {
        std::fprintf(stderr, "there is no error\n");
        return false;
    }
    if (result.error().status() != expected) {
        std::fprintf(stderr, "%d: %s\n", static_cast<int>(result.error().status()),
                     result.error().what());
    }
    return result.error().status() == expected;
}

/// Makes the server misbehave by these rules from now on.
inline void chaos(const std::string &base_url, const std::string &rules) {
    CHECK(http_request(base_url.c_str(), "PUT", "/_/chaos", rules.c_str(), nullptr, 0));
}

/// A configuration for the server. It repeats nothing, so that each failure shows, and waits for a
/// slow machine.
inline verigator::config options(const std::string &base_url) {
    auto config = verigator::config::try_make("demo", "demo-password");
    CHECK(config->try_set_base_url(base_url).has_value());
    CHECK(config->try_set_max_retries(0).has_value());
    CHECK(config->try_set_timeout(std::chrono::minutes(5)).has_value());
    return std::move(config).value();
}

inline verigator::context connect(const std::string &base_url) {
    return verigator::context::try_make(options(base_url)).value();
}

inline int finish() {
    std::printf("%d passed, %d failed\n", checks_passed.load(), checks_failed.load());
    return checks_failed != 0;
}

#endif
