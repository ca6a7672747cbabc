// Marks certificates as revoked in the index; the list is written by write_list(). One thread.
#pragma once

#include "tools/mqtt-certgen/authority.hpp"

#include <string>
#include <string_view>

namespace mqtt_certgen {

/// Also one that the index does not know yet. name: of its files. Nothing happens when it was
/// revoked before.
void revoke_record(
    const Job& job,
    Authority& authority,
    const crypto::Certificate& certificate,
    const std::string& name,
    std::string_view reason
);

/// All of a name that are still accepted, but for the one with this serial.
void revoke_older(
    const Job& job, Authority& authority, const std::string& name, const std::string& newest
);

} // namespace mqtt_certgen
