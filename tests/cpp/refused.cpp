// What must not compile: each function has the right way, and a wrong one for when REFUSED is
// defined, with what the compiler must say of it.
#include <verigator.hpp>

/// A result that nobody reads may hide a failure.
void dropped_result(const verigator::context &context) {
#ifdef REFUSED
    context.try_close(); // nodiscard
#else
    static_cast<void>(context.try_close());
#endif
}

/// A verification that nobody reads looks like a yes.
bool dropped_verification(const verigator::context &context) {
#ifdef REFUSED
    context.verify("service", "user", "123456"); // nodiscard
    return true;
#else
    return context.verify("service", "user", "123456").verified();
#endif
}

/// So does its answer.
bool dropped_answer(const verigator::verification &verification) {
#ifdef REFUSED
    verification.verified(); // nodiscard
    return true;
#else
    return verification.verified();
#endif
}

/// That the service answered is not a yes.
bool verification_as_bool(const verigator::context &context) {
#ifdef REFUSED
    return context.verify("service", "user", "123456") ? true : false; // bool
#else
    return context.verify("service", "user", "123456").verified();
#endif
}

/// Neither is that the call did not fail.
bool result_as_bool(const verigator::context &context) {
#ifdef REFUSED
    return context.try_verify("service", "user", "123456") ? true : false; // not yet a yes
#else
    return context.try_verify("service", "user", "123456").verified();
#endif
}

/// Only a verification can be a yes.
bool verified_of_another(const verigator::context &context) {
#ifdef REFUSED
    return context.try_get_service("service").verified(); // verified
#else
    return context.try_get_service("service").has_value();
#endif
}

/// A view into an object that is gone by the next line.
std::string dangling_view(const verigator::context &context) {
#ifdef REFUSED
    const std::string_view id = context.get_service("service").id(); // deleted
#else
    const auto service = context.get_service("service");
    const std::string_view id = service.id();
#endif
    return std::string(id);
}

/// The same through a result that is gone by the next line.
std::string dangling_reach(const verigator::context &context) {
#ifdef REFUSED
    const std::string_view id = context.try_get_service("service")->id(); // deleted
#else
    const auto service = context.try_get_service("service");
    const std::string_view id = service->id();
#endif
    return std::string(id);
}

/// A walk over a list that is gone by the next line.
std::string dangling_iterator(const verigator::context &context) {
#ifdef REFUSED
    const auto first = context.list_users("service").begin(); // deleted
#else
    const auto users = context.list_users("service");
    const auto first = users.begin();
#endif
    return std::string(first->id());
}

/// And its end.
bool dangling_end(const verigator::context &context) {
    const auto users = context.list_users("service");
#ifdef REFUSED
    return users.begin() == context.list_users("service").end(); // deleted
#else
    return users.begin() == users.end();
#endif
}

/// Two owners of one handle would free it twice.
verigator::service copied_owner(verigator::service &service) {
#ifdef REFUSED
    return service; // deleted
#else
    return std::move(service);
#endif
}

/// A call is made once.
void call_made_twice(const verigator::queue &queue, verigator::call<void> &call) {
#ifdef REFUSED
    queue.submit(call, [](auto) {}); // deleted
#else
    queue.submit(std::move(call), [](auto) {});
#endif
}

/// One that nobody makes sends nothing.
void dropped_call(const verigator::context &context) {
#ifdef REFUSED
    context.call_delete_service("service"); // nodiscard
#else
    context.call_delete_service("service").run();
#endif
}

/// Who does not look does not know that the queue was closed.
void dropped_dispatch(const verigator::queue &queue) {
#ifdef REFUSED
    queue.dispatch(verigator::queue::forever); // nodiscard
#else
    static_cast<void>(queue.dispatch(verigator::queue::forever));
#endif
}

/// A number is no duration: seconds or milliseconds?
void number_as_duration(verigator::config &config) {
#ifdef REFUSED
    config.set_timeout(10); // int
#else
    config.set_timeout(std::chrono::seconds(10));
#endif
}
