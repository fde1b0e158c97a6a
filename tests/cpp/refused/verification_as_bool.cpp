// That the service answered is not a yes.
#include <verigator.hpp>

bool log_in(const verigator::context &context) {
#ifdef REFUSED
    if (context.verify("service", "user", "123456")) {
#else
    if (context.verify("service", "user", "123456").verified()) {
#endif
        return true;
    }
    return false;
}
