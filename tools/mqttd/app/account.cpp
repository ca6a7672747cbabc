#include "tools/mqttd/app/account.hpp"

#include "common/base/escape.hpp"
#include "common/net/file_descriptor.hpp"
#include "tools/mqttd/config/check_config.hpp"
#include "tools/mqttd/config/value.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <system_error>

namespace mqttd {

namespace {

std::optional<Account> find_account(const std::string& name) {
    std::string buffer(16'384, '\0');
    passwd entry{};
    passwd* found = nullptr;
    ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr) return std::nullopt;
    return Account{name, found->pw_uid, found->pw_gid};
}

std::optional<Account> default_account() {
    for (const char* name : {"mqttd", "mosquitto", "nobody"}) {
        if (auto account = find_account(name)) return account;
    }
    return std::nullopt;
}

/// Replaces a number by one of the environment; false: it is none.
bool number_from_environment(const char* name, std::uint32_t& number) {
    const char* text = std::getenv(name);
    if (text == nullptr || *text == '\0') return true;
    const auto value = parse_integer(text);
    if (!value || *value < 0 || *value >= std::numeric_limits<std::uint32_t>::max()) return false;
    number = static_cast<std::uint32_t>(*value);
    return true;
}

ConfigError system_error(std::string what, int error) {
    return {{}, 0, std::move(what) + ": " + std::generic_category().message(error), {}};
}

} // namespace

base::Result<std::optional<Account>, ConfigError> account_for(const BrokerConfig& config) {
    using Found = std::optional<Account>;
    if (::geteuid() != 0) return Found{};
    Found account = config.user.empty() ? default_account() : find_account(config.user);
    if (!account) {
        return error_at(
            origin_of(config, "user"),
            config.user.empty() ? "there is none of the users mqttd, mosquitto and nobody"
                                : "there is no user " + base::in_quotes(config.user),
            config.user.empty() ? "name one with the option user" : ""
        );
    }
    for (auto [name, number] :
         {std::pair{"PUID", &account->user}, std::pair{"PGID", &account->group}}) {
        if (number_from_environment(name, *number)) continue;
        const char* const text = std::getenv(name);
        return ConfigError{
            {},
            0,
            "the environment's " + std::string(name) + " must be a number (got " +
                base::in_quotes(text == nullptr ? "" : text) + ")",
            {}};
    }
    if (account->user == 0) return Found{};
    return account;
}

void make_file_for(const Account& account, const std::string& path) {
    const net::FileDescriptor file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640) // NOLINT(*-vararg)
    );
    if (file) static_cast<void>(!::fchown(file.get(), account.user, account.group));
}

std::optional<ConfigError> become(const Account& account) {
    const std::string what = "cannot become the user " + account.name;
    if (::initgroups(account.name.c_str(), account.group) != 0 ||
        ::setresgid(account.group, account.group, account.group) != 0 ||
        ::setresuid(account.user, account.user, account.user) != 0) {
        return system_error(what, errno);
    }
    if (::setuid(0) == 0) return ConfigError{{}, 0, what + ": root could be had back", {}};
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); // NOLINT(*-vararg)
    return std::nullopt;
}

} // namespace mqttd
