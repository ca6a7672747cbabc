#include "common/crypto/password_file.hpp"

#include "common/base/escape.hpp"
#include "common/base/utf8.hpp"
#include "common/crypto/secret_string.hpp"

#include <algorithm>
#include <map>

namespace crypto {

namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::size_t longest_name = 65535;

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

PasswordFile::Line read_line(std::string_view text) {
    PasswordFile::Line line{.text = std::string(text), .user = {}, .secret = {}};
    const std::string_view content = trimmed(text);
    const std::size_t colon = content.find(':');
    if (content.starts_with('#') || colon == std::string_view::npos) return line;
    line.user = content.substr(0, colon);
    line.secret = content.substr(colon + 1);
    return line;
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

} // namespace

std::string problem_of_user_name(std::string_view name) {
    if (name.empty()) return "it is empty";
    if (name.size() > longest_name) return "it is longer than 65535 bytes";
    if (name.find(':') != std::string_view::npos) return "it contains ':'";
    if (std::any_of(name.begin(), name.end(), is_control)) return "it contains a control character";
    if (!base::is_valid_utf8(name)) return "it is not UTF-8";
    if (name.front() == '#') return "it begins with '#', as a comment does";
    if (name.front() == ' ' || name.back() == ' ') return "it begins or ends with a blank";
    return {};
}

PasswordFile::PasswordFile(std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines_.push_back(read_line(text.substr(0, end)));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
}

PasswordFile::~PasswordFile() {
    for (Line& line : lines_) {
        wipe(line.text);
        wipe(line.secret);
    }
}

const PasswordFile::Line* PasswordFile::find(std::string_view user) const {
    if (user.empty()) return nullptr;
    const auto found = std::find_if(lines_.begin(), lines_.end(), [&](const Line& line) {
        return line.user == user;
    });
    return found == lines_.end() ? nullptr : &*found;
}

void PasswordFile::set(std::string_view user, std::string_view secret) {
    Line fresh{
        .text = std::string(user) + ':' + std::string(secret),
        .user = std::string(user),
        .secret = std::string(secret)};
    for (Line& line : lines_) {
        if (line.user != user) continue;
        wipe(line.text);
        wipe(line.secret);
        line = std::move(fresh);
        return;
    }
    lines_.push_back(std::move(fresh));
}

bool PasswordFile::remove(std::string_view user) {
    return std::erase_if(lines_, [&](const Line& line) {
               return !line.user.empty() && line.user == user;
           }) > 0;
}

std::string PasswordFile::text() const {
    std::string text;
    for (const Line& line : lines_)
        text.append(line.text).append("\n");
    return text;
}

std::vector<LineProblem> PasswordFile::problems() const {
    std::vector<LineProblem> problems;
    std::map<std::string_view, std::size_t> seen;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        const Line& line = lines_[i];
        const std::string_view content = trimmed(line.text);
        if (content.starts_with('#') || content.find(':') == std::string_view::npos) continue;
        const auto add = [&](std::string message, std::string hint = {}) {
            problems.push_back({i + 1, std::move(message), std::move(hint)});
        };
        if (const std::string wrong = problem_of_user_name(line.user); !wrong.empty()) {
            add("the user name " + base::in_quotes(line.user) + " cannot be: " + wrong);
            continue;
        }
        const auto [first, is_new] = seen.emplace(line.user, i + 1);
        if (!is_new) {
            add("the user " + base::in_quotes(line.user) + " is in line " +
                std::to_string(first->second) + " already");
        }
        if (const auto hash = parse_hash(line.secret); hash.has_error()) {
            if (looks_hashed(line.secret)) {
                add("the password hash of " + base::in_quotes(line.user) +
                    " is wrong: " + hash.error().message);
            } else {
                // Not shown: it may be the password itself.
                add("the password of " + base::in_quotes(line.user) + " is not hashed",
                    "mqtt-passwd --update FILE hashes what a file holds as plain text");
            }
        }
    }
    return problems;
}

} // namespace crypto
