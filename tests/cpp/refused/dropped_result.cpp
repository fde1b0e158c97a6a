// A result that nobody reads may hide a failure.
#include <verigator.hpp>

void stop(const verigator::context &context) {
#ifdef REFUSED
    context.try_close();
#else
    if (!context.try_close()) {
        return;
    }
#endif
}
