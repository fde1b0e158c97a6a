// What the two units of one program ask each other.
#ifndef TWO_UNITS_HPP
#define TWO_UNITS_HPP

#include <string>

/// Returns the status of a call that fails, made in the other unit.
int status_in_the_other_unit(const std::string &base_url);

#endif
