#include "tools/mqttd/auth/access_files.hpp"

#include "common/base/escape.hpp"
#include "common/crypto/secret_file.hpp"
#include "common/crypto/secret_string.hpp"
#include "tools/mqttd/config/check_config.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace mqttd {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

class Reader {
public:
    Reader(const BrokerConfig& config, ConfigErrors& errors, ConfigErrors& warnings)
        : config_(config), errors_(errors), warnings_(warnings) {}

    AccessFiles result() {
        for (const ListenerConfig& listener : config_.listeners) {
            if (listener.closed) continue;
            if (!listener.password_file.empty()) read_passwords(listener);
            if (!listener.acl_file.empty()) read_rules(listener);
        }
        return std::move(files_);
    }

private:
    std::optional<std::string>
    read(const ListenerConfig& listener, std::string_view option, const std::string& path) {
        auto text = crypto::read_secret_file(path);
        if (!text) {
            errors_.push_back(error_at(
                origin_of(config_, listener, option),
                std::string(option) + ": " + text.error().message
            ));
            return std::nullopt;
        }
        return std::move(*text);
    }

    void read_passwords(const ListenerConfig& listener) {
        const std::string& path = listener.password_file;
        const auto [place, is_new] = files_.passwords.try_emplace(path);
        if (!is_new) return;
        auto text = read(listener, "password_file", path);
        if (!text) return;
        std::string_view content = *text;
        if (content.starts_with(byte_order_mark)) content.remove_prefix(byte_order_mark.size());
        place->second = std::make_shared<const crypto::PasswordFile>(content);
        crypto::wipe(*text);
        for (const crypto::LineProblem& problem : place->second->problems())
            errors_.push_back({path, problem.line, problem.message, problem.hint});
        if (!crypto::is_open_to_others(path)) return;
        warnings_.push_back(
            {path, 0, "everybody on this machine may read the password file", "chmod o= " + path}
        );
    }

    void read_rules(const ListenerConfig& listener) {
        const std::string& path = listener.acl_file;
        const auto [place, is_new] = files_.rules.try_emplace(path);
        if (!is_new) return;
        const auto text = read(listener, "acl_file", path);
        if (!text) return;
        std::string_view content = *text;
        if (content.starts_with(byte_order_mark)) content.remove_prefix(byte_order_mark.size());
        const std::size_t errors_before = errors_.size();
        place->second = std::make_shared<const AclFile>(content, path, errors_, warnings_);
        if (!place->second->empty() || errors_.size() != errors_before) return;
        warnings_.push_back(
            {path, 0, "the ACL file has no rules, so nobody may publish or receive anything", {}}
        );
    }

    const BrokerConfig& config_;
    ConfigErrors& errors_;
    ConfigErrors& warnings_;
    AccessFiles files_;
};

} // namespace

AccessFiles
read_access_files(const BrokerConfig& config, ConfigErrors& errors, ConfigErrors& warnings) {
    return Reader(config, errors, warnings).result();
}

} // namespace mqttd
