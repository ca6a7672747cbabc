#include "tools/mqtt-certgen/host_names.hpp"

#include "common/cli/error.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <utility>

namespace mqtt_certgen {

namespace {

using crypto::AlternativeName;
using crypto::NameKind;

struct FreeAddresses {
    void operator()(ifaddrs* list) const { ::freeifaddrs(list); }
};

void add_once(std::vector<AlternativeName>& names, AlternativeName name) {
    if (std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(std::move(name));
}

std::string own_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
    return name.data();
}

/// address: a sockaddr_in or sockaddr_in6, as the family says. Empty for one that is left out.
std::string address_text(const void* address, int family) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, address, sizeof v4);
        return ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    }
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    if (IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr)) return {};
    return ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
}

} // namespace

AlternativeName host_of(const std::string& word) {
    auto host = crypto::parse_host(word);
    if (host.has_error()) throw cli::UsageError(host.error().message, host.error().hint);
    return std::move(*host);
}

std::vector<AlternativeName> own_addresses() {
    std::vector<AlternativeName> found;
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return found;
    const std::unique_ptr<ifaddrs, FreeAddresses> owner(list);
    for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
        if (each->ifa_addr == nullptr || (each->ifa_flags & IFF_UP) == 0) continue;
        const int family = each->ifa_addr->sa_family;
        if (family != AF_INET && family != AF_INET6) continue;
        std::string text = address_text(each->ifa_addr, family);
        if (!text.empty()) add_once(found, {NameKind::address, std::move(text)});
    }
    return found;
}

std::vector<AlternativeName>
asked_names(const std::vector<std::string>& words, const Settings& settings) {
    std::vector<AlternativeName> names;
    for (const std::string& word : words)
        add_once(names, host_of(word));
    for (const std::string& word : settings.addresses) {
        if (word == "auto") {
            for (AlternativeName& each : own_addresses())
                add_once(names, std::move(each));
            continue;
        }
        AlternativeName address = host_of(word);
        if (address.kind != NameKind::address) {
            throw cli::UsageError(
                "--ip must be an address or auto (got \"" + word + "\")", "--host takes names"
            );
        }
        add_once(names, std::move(address));
    }
    return names;
}

std::vector<AlternativeName>
names_for_server(const std::vector<std::string>& words, const Settings& settings) {
    std::vector<AlternativeName> names = asked_names(words, settings);
    if (names.empty()) {
        auto own = crypto::parse_host(own_name());
        if (own) add_once(names, std::move(*own));
    }
    add_once(names, {NameKind::dns, "localhost"});
    add_once(names, {NameKind::address, "127.0.0.1"});
    add_once(names, {NameKind::address, "::1"});
    return names;
}

} // namespace mqtt_certgen
