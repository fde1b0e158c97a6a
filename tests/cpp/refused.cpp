// What must not compile: each function has the right way, and a wrong one for when its name is
// defined.
#include <verigator.hpp>

/// A result that nobody reads may hide a failure.
void dropped_result(const verigator::context &context) {
#ifdef DROPPED_RESULT
    context.try_close();
#else
    static_cast<void>(context.try_close());
#endif
}

/// A verification that nobody reads looks like a yes.
bool dropped_verification(const verigator::context &context) {
#ifdef DROPPED_VERIFICATION
    context.verify("service", "user", "123456");
    return true;
#else
    return context.verify("service", "user", "123456").verified();
#endif
}

/// So does its answer.
bool dropped_answer(const verigator::verification &verification) {
#ifdef DROPPED_ANSWER
    verification.verified();
    return true;
#else
    return verification.verified();
#endif
}

/// That the service answered is not a yes.
bool verification_as_bool(const verigator::context &context) {
#ifdef VERIFICATION_AS_BOOL
    return context.verify("service", "user", "123456") ? true : false;
#else
    return context.verify("service", "user", "123456").verified();
#endif
}

/// Neither is that the call did not fail.
bool result_as_bool(const verigator::context &context) {
#ifdef RESULT_AS_BOOL
    return context.try_verify("service", "user", "123456") ? true : false;
#else
    return context.try_verify("service", "user", "123456").verified();
#endif
}

/// Only a verification can be a yes.
bool verified_of_another(const verigator::context &context) {
#ifdef VERIFIED_OF_ANOTHER
    return context.try_get_service("service").verified();
#else
    return context.try_get_service("service").has_value();
#endif
}

/// A view into an object that is gone by the next line.
std::string dangling_view(const verigator::context &context) {
#ifdef DANGLING_VIEW
    const std::string_view id = context.get_service("service").id();
#else
    const auto service = context.get_service("service");
    const std::string_view id = service.id();
#endif
    return std::string(id);
}

/// The same through a result that is gone by the next line.
std::string dangling_reach(const verigator::context &context) {
#ifdef DANGLING_REACH
    const std::string_view id = context.try_get_service("service")->id();
#else
    const auto service = context.try_get_service("service");
    const std::string_view id = service->id();
#endif
    return std::string(id);
}

/// A walk over a list that is gone by the next line.
std::string dangling_iterator(const verigator::context &context) {
#ifdef DANGLING_ITERATOR
    const auto first = context.list_users("service").begin();
#else
    const auto users = context.list_users("service");
    const auto first = users.begin();
#endif
    return std::string(first->id());
}

/// And its end.
bool dangling_end(const verigator::context &context) {
    const auto users = context.list_users("service");
#ifdef DANGLING_END
    return users.begin() == context.list_users("service").end();
#else
    return users.begin() == users.end();
#endif
}

/// Two owners of one handle would free it twice.
verigator::service copied_owner(verigator::service &service) {
#ifdef COPIED_OWNER
    return service;
#else
    return std::move(service);
#endif
}

/// A number is no duration: seconds or milliseconds?
void number_as_duration(verigator::config &config) {
#ifdef NUMBER_AS_DURATION
    config.set_timeout(10);
#else
    config.set_timeout(std::chrono::seconds(10));
#endif
}
