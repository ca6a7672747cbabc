#include "tools/mqtt-certgen/input_file.hpp"

#include "common/base/escape.hpp"
#include "tools/mqtt-certgen/authority.hpp"
#include "tools/mqtt-certgen/failure.hpp"
#include "tools/mqtt-certgen/issue.hpp"

#include <unistd.h>

namespace mqtt_certgen {

namespace {

bool exists(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

} // namespace

std::string path_of(const Job& job, const std::string& word) {
    // A word with a slash is a path first, but a client may have one in its name as well.
    if (word.find('/') != std::string::npos && exists(word)) return word;
    // The authority's own name is not one that a client may have.
    std::string in_folder = certificate_path(job, word == "ca" ? word : file_stem(word));
    if (exists(in_folder)) return in_folder;
    if (exists(word)) return word;
    fail(
        "there is no " + base::in_quotes(in_folder) + " and no file " + base::in_quotes(word),
        "mqtt-certgen list shows the names; --dir names another folder"
    );
}

InputCertificates read_certificates(const Job& job, const std::string& word) {
    std::string path = path_of(job, word);
    auto all = expect(crypto::Certificate::parse_all(read_text(path, "the certificate")), path);
    return {std::move(path), std::move(all)};
}

} // namespace mqtt_certgen
