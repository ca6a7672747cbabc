// The URLs of -L and --proxy. Whatever comes: it is refused in words that can be printed, or what
// comes out can be used: there is a host, and what goes into an HTTP request cannot break out of
// it.
#include "common/base/assert.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/broker_url.hpp"
#include "common/cli/options/proxy_url.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
    });
}

void check_broker(std::string_view text) {
    const cli::BrokerUrl url = cli::parse_broker_url("--url", text);
    MIDGE_ASSERT(!url.host.empty(), "no host");
    MIDGE_ASSERT(url.websocket || !url.path, "a path without WebSocket");
    if (!url.path) return;
    MIDGE_ASSERT(url.path->starts_with('/'), "no path");
    MIDGE_ASSERT(is_printable(*url.path) && url.path->find(' ') == std::string::npos, "two lines");
}

void check_proxy(std::string_view text) {
    const net::SocksProxy proxy = cli::parse_proxy_url("--proxy", text);
    MIDGE_ASSERT(!proxy.address.host.empty(), "no host");
    if (proxy.user_name) MIDGE_ASSERT(proxy.user_name->size() <= 255, "too long a name");
    MIDGE_ASSERT(proxy.password.size() <= 255, "too long a password");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = base::as_text({data, size});
    for (const auto check : {&check_broker, &check_proxy}) {
        try {
            check(text);
        } catch (const cli::UsageError& refusal) {
            MIDGE_ASSERT(is_printable(refusal.what()), "a refusal with control characters");
        }
    }
    return 0;
}
