// Makes a case's call and tells what came of it.
#ifndef CALL_HPP
#define CALL_HPP

#include <string>

#include <nlohmann/json.hpp>

using nlohmann::json;

/// The two forms of each call of the library.
enum class form { throwing, returning };

/// Makes the call of a case. Gives an object with "value" or "error", in the form of `expect`.
json make_call(const json &test, const std::string &base_url, form how);

#endif
