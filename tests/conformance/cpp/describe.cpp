#include "describe.hpp"

namespace {

template <class T> json or_null(const std::optional<T> &value) {
    return value ? json(*value) : json();
}

json name(verigator::method method) {
    switch (method) {
    case verigator::method::sms:
        return "sms";
    case verigator::method::totp:
        return "totp";
    case verigator::method::recovery_code:
        return "recovery_code";
    }
    return "unknown";
}

json name(verigator::kind kind) {
    switch (kind) {
    case verigator::kind::usage:
        return "usage";
    case verigator::kind::network:
        return "network";
    case verigator::kind::timeout:
        return "timeout";
    case verigator::kind::cancelled:
        return "cancelled";
    case verigator::kind::protocol:
        return "protocol";
    case verigator::kind::service:
        return "service";
    case verigator::kind::internal:
        return "internal";
    }
    return "unknown";
}

json describe(const verigator::user_view &user) {
    return {{"id", user.id()}, {"ctime", user.ctime()}, {"id_in_service", user.id_in_service()}};
}

} // namespace

json describe(const verigator::service &service) {
    return {{"id", service.id()}, {"name", service.name()}, {"ctime", service.ctime()}};
}

json describe(const verigator::user &user) {
    return {{"id", user.id()}, {"ctime", user.ctime()}, {"id_in_service", user.id_in_service()}};
}

json describe(const verigator::users &users) {
    json list = json::array();
    for (const auto user : users) {
        list.push_back(describe(user));
    }
    return {
        {"users", list}, {"total", users.total()}, {"next_cursor", or_null(users.next_cursor())}};
}

json describe(const verigator::services &services) {
    json list = json::array();
    for (const auto service : services) {
        list.push_back(
            {{"id", service.id()}, {"name", service.name()}, {"ctime", service.ctime()}});
    }
    return {{"services", list},
            {"total", services.total()},
            {"next_cursor", or_null(services.next_cursor())}};
}

json describe(const verigator::enrolment &enrolment) {
    return {{"secret", enrolment.secret()},
            {"uri", enrolment.uri()},
            {"qr_svg", enrolment.qr_svg()},
            {"replaced", enrolment.replaced()}};
}

json describe(const verigator::enrolment_link &link) {
    return {{"url", link.url()}, {"expires_at", link.expires_at()}, {"replaced", link.replaced()}};
}

json describe(const verigator::totp_state &state) {
    return {{"confirmed", state.confirmed()}, {"pending", state.pending()}};
}

json describe(const verigator::recovery_codes &codes) {
    json list = json::array();
    for (const auto code : codes) {
        list.push_back(code);
    }
    return {{"codes", list}};
}

json describe(std::int64_t remaining) {
    return {{"remaining", remaining}};
}

json describe(const verigator::challenge &challenge) {
    return {{"method", name(challenge.method())}, {"auth_id", or_null(challenge.auth_id())}};
}

json describe(const verigator::verification &verification) {
    const auto method = verification.method();
    return {{"verified", verification.verified()},   {"method", method ? name(*method) : json()},
            {"throttled", verification.throttled()}, {"expired", verification.expired()},
            {"invalid", verification.invalid()},     {"result", or_null(verification.result())}};
}

json describe(const verigator::error &error) {
    const auto retry_after = error.retry_after();
    return {{"status", static_cast<int>(error.status())},
            {"kind", name(error.kind())},
            {"http_status", or_null(error.http_status())},
            {"message", error.message()},
            {"service_message", or_null(error.service_message())},
            {"body", or_null(error.body())},
            {"request_id", or_null(error.request_id())},
            {"retry_after_ms", retry_after ? json(retry_after->count()) : json()},
            {"maybe_sent", error.maybe_sent()},
            {"retry_safe", error.retry_safe()}};
}
