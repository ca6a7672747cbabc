// The address of a SOCKS5 proxy as --proxy takes it: socks5h://[user:password@]host[:port]. Pure.
#pragma once

#include "common/client/connect_options.hpp"

#include <string_view>

namespace cli {

/// User name and password are percent-decoded. Throws UsageError that begins with name, never
/// showing the password.
[[nodiscard]] net::SocksProxy parse_proxy_url(std::string_view name, std::string_view url);

} // namespace cli
