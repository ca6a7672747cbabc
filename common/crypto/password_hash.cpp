#include "common/crypto/password_hash.hpp"

#include "common/base/escape.hpp"
#include "common/crypto/base64.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace crypto {

namespace {

constexpr std::string_view argon2id_mark = "$argon2id$";
constexpr std::string_view pbkdf2_mark = "$7$";
constexpr std::string_view sha512_mark = "$6$";
constexpr std::string_view argon2id_version = "v=19";
constexpr std::size_t sha512_size = 64;
constexpr std::size_t least_salt = 8;
constexpr std::size_t least_digest = 16;
constexpr std::size_t most_bytes = 1024; ///< of salt and digest

struct Range {
    std::uint32_t least;
    std::uint32_t most;
};

/// Up to the next separator; the separator is taken as well.
std::string_view take(std::string_view& text, char separator) {
    const std::size_t end = text.find(separator);
    const std::string_view part = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    return part;
}

/// Digits only, no leading zero: what is read is written back the same.
std::optional<std::uint32_t> number_in(std::string_view digits, const Range& range) {
    std::uint32_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc() || stopped != end || number < range.least || number > range.most)
        return std::nullopt;
    if (digits.front() == '0') return std::nullopt;
    return number;
}

class Parser {
public:
    base::Result<PasswordHash, HashProblem> run(std::string_view text) {
        if (text.starts_with(argon2id_mark)) {
            text.remove_prefix(argon2id_mark.size());
            argon2id(text);
        } else if (text.starts_with(pbkdf2_mark)) {
            text.remove_prefix(pbkdf2_mark.size());
            hash_.method = HashMethod::pbkdf2_sha512;
            number(
                "the number of iterations", take(text, '$'), {1, most_iterations}, hash_.cost.rounds
            );
            salt_and_digest(text, Padding::with, {1, sha512_size});
        } else if (text.starts_with(sha512_mark)) {
            text.remove_prefix(sha512_mark.size());
            hash_.method = HashMethod::sha512;
            salt_and_digest(text, Padding::with, {1, sha512_size});
        } else {
            fail("it is not of the form $argon2id$…, $7$… or $6$…");
        }
        if (!problem_.message.empty()) return problem_;
        return std::move(hash_);
    }

private:
    void fail(std::string message) {
        if (problem_.message.empty()) problem_.message = std::move(message);
    }

    void number(
        const std::string& what, std::string_view digits, const Range& range, std::uint32_t& to
    ) {
        const auto found = number_in(digits, range);
        if (found) {
            to = *found;
            return;
        }
        fail(
            what + " must be " + std::to_string(range.least) + " to " + std::to_string(range.most) +
            " (got " + base::in_quotes(digits) + ")"
        );
    }

    void argon2id(std::string_view text) {
        hash_.method = HashMethod::argon2id;
        const std::string_view version = take(text, '$');
        if (version != argon2id_version)
            fail("the version of Argon2 must be v=19 (got " + base::in_quotes(version) + ")");
        std::string_view costs = take(text, '$');
        labelled(
            "m=", take(costs, ','), {least_memory_kib, most_memory_kib}, hash_.cost.memory_kib
        );
        labelled("t=", take(costs, ','), {1, most_passes}, hash_.cost.rounds);
        labelled("p=", costs, {1, most_lanes}, hash_.cost.lanes);
        if (hash_.cost.memory_kib < least_memory_kib * hash_.cost.lanes)
            fail("m= must be at least 8 times p=");
        salt_and_digest(text, Padding::without, {least_salt, most_bytes});
    }

    void
    labelled(std::string_view label, std::string_view text, const Range& range, std::uint32_t& to) {
        if (!text.starts_with(label)) {
            fail("the costs must be m=…,t=…,p=… (got " + base::in_quotes(text) + ")");
            return;
        }
        number(std::string(label), text.substr(label.size()), range, to);
    }

    void salt_and_digest(std::string_view text, Padding padding, const Range& salt_size) {
        auto salt = from_base64(take(text, '$'), padding);
        auto digest = from_base64(text, padding);
        if (!salt || salt->size() < salt_size.least || salt->size() > salt_size.most)
            return fail("the salt is not " + std::string(form(padding)));
        if (!digest || digest->empty())
            return fail("the digest is not " + std::string(form(padding)));
        const bool fits = hash_.method == HashMethod::argon2id
                              ? digest->size() >= least_digest && digest->size() <= most_bytes
                              : digest->size() == sha512_size;
        if (!fits) {
            return fail(
                "the digest has a wrong size (" + std::to_string(digest->size()) + " bytes)"
            );
        }
        hash_.salt = std::move(*salt);
        hash_.digest = std::move(*digest);
    }

    static std::string_view form(Padding padding) {
        return padding == Padding::with ? "base64 of a valid size"
                                        : "base64 without padding, of a valid size";
    }

    PasswordHash hash_;
    HashProblem problem_;
};

} // namespace

std::string_view name_of(HashMethod method) {
    constexpr std::array<std::string_view, 3> names{"argon2id", "sha512-pbkdf2", "sha512"};
    return names.at(static_cast<std::size_t>(method));
}

HashCost usual_cost(HashMethod method) {
    constexpr std::uint32_t iterations = 210'000;
    constexpr std::uint32_t memory_kib = 47'104;
    if (method == HashMethod::argon2id) return {.rounds = 1, .memory_kib = memory_kib};
    return {.rounds = method == HashMethod::pbkdf2_sha512 ? iterations : 1};
}

bool looks_hashed(std::string_view text) {
    return text.starts_with(argon2id_mark) || text.starts_with(pbkdf2_mark) ||
           text.starts_with(sha512_mark);
}

base::Result<PasswordHash, HashProblem> parse_hash(std::string_view text) {
    return Parser().run(text);
}

std::string to_text(const PasswordHash& hash) {
    const Padding padding = hash.method == HashMethod::argon2id ? Padding::without : Padding::with;
    const std::string ending =
        to_base64(hash.salt, padding) + '$' + to_base64(hash.digest, padding);
    switch (hash.method) {
    case HashMethod::argon2id:
        return std::string(argon2id_mark) + std::string(argon2id_version) +
               "$m=" + std::to_string(hash.cost.memory_kib) +
               ",t=" + std::to_string(hash.cost.rounds) + ",p=" + std::to_string(hash.cost.lanes) +
               '$' + ending;
    case HashMethod::pbkdf2_sha512:
        return std::string(pbkdf2_mark) + std::to_string(hash.cost.rounds) + '$' + ending;
    case HashMethod::sha512:
        break;
    }
    return std::string(sha512_mark) + ending;
}

} // namespace crypto
