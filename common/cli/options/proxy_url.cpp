#include "common/cli/options/proxy_url.hpp"

#include "common/base/escape.hpp"
#include "common/cli/options/url_parts.hpp"

#include <utility>

namespace cli {

namespace {

constexpr std::size_t longest_login = 255; ///< user name or password, in bytes [RFC 1929 2]

} // namespace

net::SocksProxy parse_proxy_url(std::string_view name, std::string_view url) {
    const UrlOption option{name, "socks5h://[USER:PASSWORD@]HOST[:PORT]"};
    const std::string scheme = take_scheme(option, url);
    if (scheme != "socks5h")
        refuse_url(option, "the scheme must be socks5h (got " + base::in_quotes(scheme) + ")");
    if (url.ends_with('/')) url.remove_suffix(1);
    UrlAuthority authority = parse_authority(option, url);
    net::SocksProxy proxy;
    proxy.address.host = std::move(authority.host);
    if (authority.port) proxy.address.port = *authority.port;
    if (!authority.user_name) return proxy;
    proxy.password = authority.password.value_or(std::string());
    if (authority.user_name->empty() || authority.user_name->size() > longest_login ||
        proxy.password.size() > longest_login)
        refuse_url(option, "user name and password must have at most 255 bytes");
    proxy.user_name = std::move(authority.user_name);
    return proxy;
}

} // namespace cli
