// What an authority has made: DIR/index.json. Two commands at a time wait for each other: an Index
// holds a lock on the file from opening to its end. Blocks.
#pragma once

#include "common/crypto/certificate.hpp"
#include "common/crypto/secret_file.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mqtt_certgen {

enum class Status : std::uint8_t {
    current,
    replaced, ///< by a newer one of the same name; still accepted
    revoked,
};

struct Record {
    std::string name; ///< of its files, without the ending
    std::string serial;
    std::string subject; ///< RFC 2253
    std::string use;     ///< "server", "client", "server and client"
    std::vector<std::string> names;
    crypto::CertificateTime not_before;
    crypto::CertificateTime not_after;
    std::string fingerprint;
    Status status = Status::current;
    crypto::CertificateTime revoked_at;
    std::string reason;
};

struct IndexContent {
    std::uint64_t list_number = 0; ///< of the last revocation list
    std::vector<Record> records;
};

/// The words of the file and of list.
[[nodiscard]] std::string_view word_of(Status status);

[[nodiscard]] std::string to_json(const Record& record);
[[nodiscard]] std::string to_json(const IndexContent& content);

/// Throws ToolError that names the path. An empty text is an empty index.
[[nodiscard]] IndexContent parse_index(std::string_view text, const std::string& path);

class Index {
public:
    /// For changes. Throws ToolError.
    [[nodiscard]] static Index open(const std::string& path);
    /// Only to look; empty when there is no file.
    [[nodiscard]] static IndexContent read(const std::string& path);

    [[nodiscard]] IndexContent& content() { return content_; }

    /// Throws ToolError.
    void save();

private:
    Index(crypto::FileUpdate update, IndexContent content)
        : update_(std::move(update)), content_(std::move(content)) {}

    crypto::FileUpdate update_;
    IndexContent content_;
};

} // namespace mqtt_certgen
