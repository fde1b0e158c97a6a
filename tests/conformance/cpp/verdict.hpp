// Asks the peer what it thinks of what it was sent.
#ifndef VERDICT_HPP
#define VERDICT_HPP

#include <string>

/// What was wrong with the requests of a case; empty when nothing was.
std::string verdict(const std::string &peer_url, const std::string &name);

#endif
