// A number is no duration: seconds or milliseconds?
#include <verigator.hpp>

void hurry(verigator::config &config) {
#ifdef REFUSED
    config.set_timeout(10);
#else
    config.set_timeout(std::chrono::seconds(10));
#endif
}
