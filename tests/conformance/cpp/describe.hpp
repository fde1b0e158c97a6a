// Reads the library's objects, in the form of a case's `expect`.
#ifndef DESCRIBE_HPP
#define DESCRIBE_HPP

#include <nlohmann/json.hpp>

#include <verigator.hpp>

using nlohmann::json;

json describe(const verigator::service &service);
json describe(const verigator::user &user);
json describe(const verigator::users &users);
json describe(const verigator::services &services);
json describe(const verigator::enrolment &enrolment);
json describe(const verigator::enrolment_link &link);
json describe(const verigator::totp_state &state);
json describe(const verigator::recovery_codes &codes);
json describe(std::int64_t remaining);
json describe(const verigator::challenge &challenge);
json describe(const verigator::verification &verification);
json describe(const verigator::error &error);

/// {"value": ...} or {"error": ...}.
template <class T> json outcome(const verigator::result<T> &result) {
    if (!result.has_value()) {
        return {{"error", describe(result.error())}};
    }
    if constexpr (std::is_void_v<T>) {
        return {{"value", nullptr}};
    } else {
        return {{"value", describe(result.value())}};
    }
}

#endif
