// A verification that nobody reads looks like a yes.
#include <verigator.hpp>

bool log_in(const verigator::context &context) {
#ifdef REFUSED
    context.verify("service", "user", "123456");
    return true;
#else
    return context.verify("service", "user", "123456").verified();
#endif
}
