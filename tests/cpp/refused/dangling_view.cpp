// A view into an object that is gone by the next line.
#include <verigator.hpp>

std::string first_id(const verigator::context &context) {
#ifdef REFUSED
    std::string_view id = context.get_service("service").id();
#else
    auto service = context.get_service("service");
    std::string_view id = service.id();
#endif
    return std::string(id);
}
