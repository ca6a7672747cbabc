#include "tools/mqtt-certgen/file_set.hpp"

#include "common/base/escape.hpp"
#include "common/crypto/secret_file.hpp"
#include "common/crypto/secret_string.hpp"
#include "tools/mqtt-certgen/failure.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace mqtt_certgen {

namespace {

constexpr std::size_t most_files = 1000;

void look_at_pem(LookedAtFile& file, std::string_view text, std::string_view phrase) {
    if (crypto::has_certificate(text)) {
        auto all = crypto::Certificate::parse_all(text);
        if (all) {
            file.certificates = std::move(*all);
        } else {
            file.damage = all.error().message;
        }
    }
    if (crypto::has_private_key(text)) {
        auto key = crypto::PrivateKey::parse(text, phrase);
        file.encrypted = crypto::has_encrypted_key(text);
        if (key) {
            file.key = std::move(*key);
        } else if (!file.encrypted || !phrase.empty()) {
            file.damage = key.error().message;
        }
    }
    if (crypto::has_request(text)) {
        auto request = crypto::CertificateRequest::parse(text);
        if (request) {
            file.request = std::move(*request);
        } else {
            file.damage = request.error().message;
        }
    }
    if (crypto::has_revocation_list(text)) {
        auto list = crypto::RevocationList::parse(text);
        if (list) {
            file.list = std::move(*list);
        } else {
            file.damage = list.error().message;
        }
    }
}

void look_at_binary(LookedAtFile& file, std::string_view text) {
    if (auto all = crypto::Certificate::parse_all(text)) {
        file.certificates = std::move(*all);
    } else if (auto request = crypto::CertificateRequest::parse(text)) {
        file.request = std::move(*request);
    } else if (auto list = crypto::RevocationList::parse(text)) {
        file.list = std::move(*list);
    } else if (auto key = crypto::PrivateKey::parse(text)) {
        file.key = std::move(*key);
    }
    file.binary = !file.is_empty();
}

LookedAtFile look_at(const std::string& path, std::string_view phrase) {
    LookedAtFile file;
    file.path = path;
    auto read = crypto::read_secret_file(path);
    if (!read) {
        file.unreadable = read.error().message;
        return file;
    }
    const crypto::SecretString text(std::move(*read));
    file.open_to_others = crypto::is_open_to_others(path);
    if (text.view().find("-----BEGIN ") != std::string_view::npos) {
        look_at_pem(file, text.view(), phrase);
    } else {
        look_at_binary(file, text.view());
    }
    return file;
}

std::vector<std::string> files_of(const std::string& folder) {
    std::vector<std::string> paths;
    std::error_code error;
    for (std::filesystem::directory_iterator each(folder, error), end; !error && each != end;
         each.increment(error)) {
        std::error_code ignored;
        if (each->is_regular_file(ignored)) paths.push_back(each->path().string());
        if (paths.size() > most_files) {
            fail(
                "there are more than " + std::to_string(most_files) + " files in " +
                base::in_quotes(folder)
            );
        }
    }
    if (error) fail("cannot read the folder " + base::in_quotes(folder) + ": " + error.message());
    std::sort(paths.begin(), paths.end());
    return paths;
}

} // namespace

std::vector<LookedAtFile>
read_file_set(const std::vector<std::string>& words, std::string_view phrase) {
    std::vector<LookedAtFile> files;
    for (const std::string& word : words) {
        std::error_code ignored;
        if (!std::filesystem::is_directory(word, ignored)) {
            files.push_back(look_at(word, phrase));
            continue;
        }
        for (const std::string& path : files_of(word)) {
            LookedAtFile file = look_at(path, phrase);
            if (!file.is_empty() || !file.damage.empty() || !file.unreadable.empty())
                files.push_back(std::move(file));
        }
    }
    return files;
}

} // namespace mqtt_certgen
