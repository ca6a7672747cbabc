// The byte filters that a client puts between its socket and MQTT. Pure but for randomness.
#pragma once

#include "common/net/destination.hpp"
#include "common/net/filter_chain.hpp"

#include <memory>
#include <string>

namespace net {

/// server: the one that is tried; with SRV records not the destination's own host. nullptr: none
/// are needed.
[[nodiscard]] std::unique_ptr<FilterChain>
client_filters(const Destination& destination, const HostPort& server);

/// The name that the server's certificate has to be for. With SRV records that is the domain that
/// was asked for, unless the server belongs to it: DNS is not believed. [RFC 6125 6.2.1]
[[nodiscard]] std::string name_to_verify(const Destination& destination, const HostPort& server);

} // namespace net
