// Neither is that a call did not fail.
#include <verigator.hpp>

bool log_in(const verigator::context &context) {
#ifdef REFUSED
    if (context.try_verify("service", "user", "123456")) {
#else
    if (context.try_verify("service", "user", "123456").verified()) {
#endif
        return true;
    }
    return false;
}
