#include "check.hpp"
#include "two_units.hpp"

int status_in_the_other_unit(const std::string &base_url) {
    const auto found = connect(base_url).try_get_service("nobody");
    return static_cast<int>(found.error().status());
}
