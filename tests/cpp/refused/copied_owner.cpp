// Two owners of one handle would free it twice.
#include <verigator.hpp>

verigator::service keep(verigator::service &service) {
#ifdef REFUSED
    return service;
#else
    return std::move(service);
#endif
}
