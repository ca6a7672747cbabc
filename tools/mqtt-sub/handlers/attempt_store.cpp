#include "tools/mqtt-sub/handlers/attempt_store.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/crypto/digest.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <span>
#include <utility>

namespace mqtt_sub {

AttemptStore::AttemptStore(std::string folder, std::string scope)
    : folder_(std::move(folder)), scope_(std::move(scope)) {
    if (folder_.empty()) return;
    constexpr mode_t only_us = 0700;
    if (::mkdir(folder_.c_str(), only_us) != 0 && errno != EEXIST) {
        throw cli::ToolError(
            cli::ExitCode::local_error,
            "cannot make the folder " + base::in_quotes(folder_) + ": " + std::strerror(errno)
        );
    }
    if (::access(folder_.c_str(), W_OK | X_OK) != 0) {
        throw cli::ToolError(
            cli::ExitCode::local_error,
            "cannot write to the folder " + base::in_quotes(folder_) + ": " + std::strerror(errno)
        );
    }
}

std::string AttemptStore::key_of(const HeldMessage& message, std::string_view rule) const {
    base::ByteBuffer text;
    // With its size in front, so that no two lists of parts are the same text.
    const auto add = [&text](base::Bytes part) {
        base::append(text, base::as_bytes(std::to_string(part.size()) + ":"));
        base::append(text, part);
    };
    add(base::as_bytes(scope_));
    add(base::as_bytes(rule));
    add(base::as_bytes(message.topic()));
    add(message.payload());
    // What the broker adds or changes on the way is not part of it.
    for (const mqtt::PropertyView& property : message.properties()) {
        const bool is_same_again = property.id != mqtt::PropertyId::message_expiry_interval &&
                                   property.id != mqtt::PropertyId::topic_alias &&
                                   property.id != mqtt::PropertyId::subscription_identifier;
        if (is_same_again) add(property.wire);
    }
    constexpr std::size_t bytes = 16;
    constexpr std::string_view digits = "0123456789abcdef";
    std::string key;
    const auto digest = crypto::sha256(text);
    for (const std::uint8_t byte : std::span(digest).first<bytes>()) {
        key += digits[byte >> 4U];
        key += digits[byte & 15U];
    }
    return key;
}

AttemptStore::Attempts AttemptStore::load(const std::string& key, base::WallTime now) const {
    Attempts attempts{.started = 0, .first_seen = now};
    if (folder_.empty()) return attempts;
    std::ifstream file(path_of(key));
    std::uint32_t started = 0;
    std::int64_t seconds = 0;
    if (file >> started >> seconds) {
        attempts.started = started;
        attempts.first_seen = base::WallTime(std::chrono::seconds(seconds));
    }
    return attempts;
}

bool AttemptStore::save(const std::string& key, const Attempts& attempts) {
    if (folder_.empty()) return true;
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(attempts.first_seen.time_since_epoch());
    const std::string text =
        std::to_string(attempts.started) + " " + std::to_string(seconds.count()) + "\n";
    const std::string fresh = path_of(key) + ".new";
    constexpr mode_t only_us = 0600;
    const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, only_us);
    const bool written =
        fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    const int error = errno;
    if (fd >= 0) ::close(fd);
    if (written && ::rename(fresh.c_str(), path_of(key).c_str()) == 0) return true;
    problem_ = std::strerror(written ? errno : error);
    return false;
}

void AttemptStore::forget(const std::string& key) {
    if (!folder_.empty()) ::unlink(path_of(key).c_str());
}

} // namespace mqtt_sub
