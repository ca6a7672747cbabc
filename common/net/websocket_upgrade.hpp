// The HTTP request with which a WebSocket connection begins, and the answer to it: the upgrade, or
// a status that says what is wrong. Pure; Beast's parser reads the request. Lenient where clients
// are known to be sloppy: the sub-protocol may be missing, be one of a list, or be old.
// [RFC 6455 4.2] [MQTT5 6]
#pragma once

#include "common/base/bytes.hpp"

#include <string>
#include <vector>

namespace net {

struct UpgradeAnswer {
    bool accepted = false;
    std::string response; ///< to be sent as it is
    std::string error;    ///< for the log, when it was not accepted; escaped
    /// What proxies say about who connected, the last proxy's word last; as they wrote it.
    std::vector<std::string> forwarded_for;
};

/// head: the request up to and with the empty line. origins: the only ones that a browser may come
/// from; empty: any.
[[nodiscard]] UpgradeAnswer
answer_upgrade(base::Bytes head, const std::vector<std::string>& origins);

/// The answer to a request whose head is larger than the limit.
[[nodiscard]] UpgradeAnswer refuse_large_upgrade(std::size_t limit);

} // namespace net
