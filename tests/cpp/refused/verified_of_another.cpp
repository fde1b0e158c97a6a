// Only a verification can be a yes.
#include <verigator.hpp>

bool log_in(const verigator::context &context) {
#ifdef REFUSED
    return context.try_get_service("service").verified();
#else
    return context.try_verify("service", "user", "123456").verified();
#endif
}
