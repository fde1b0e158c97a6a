// So does its answer.
#include <verigator.hpp>

bool log_in(const verigator::verification &verification) {
#ifdef REFUSED
    verification.verified();
    return true;
#else
    return verification.verified();
#endif
}
