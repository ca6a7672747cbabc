#include "common/crypto/subject_name.hpp"

#include "common/base/escape.hpp"
#include "common/base/utf8.hpp"
#include "common/crypto/openssl_handle.hpp"

#include <openssl/crypto.h>

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace crypto {

namespace {

constexpr std::size_t longest_host = 253;
constexpr std::size_t longest_label = 63;
constexpr std::size_t size_v4 = 4;
constexpr std::size_t size_v6 = 16;

std::string text_of_string(const ASN1_STRING* string) {
    unsigned char* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, string);
    if (size < 0) return {};
    std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
    OPENSSL_free(utf8);
    return text;
}

std::string raw_text_of(const ASN1_STRING* string) {
    const auto* const data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(string));
    return {data, static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::optional<std::string> address_text(const unsigned char* bytes, std::size_t size) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (size != size_v4 && size != size_v6) return std::nullopt;
    const int family = size == size_v4 ? AF_INET : AF_INET6;
    if (::inet_ntop(family, bytes, text.data(), text.size()) == nullptr) return std::nullopt;
    return std::string(text.data());
}

std::optional<std::string> usual_address(const std::string& text) {
    std::array<unsigned char, size_v6> bytes{};
    if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1)
        return address_text(bytes.data(), size_v4);
    if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1)
        return address_text(bytes.data(), size_v6);
    return std::nullopt;
}

bool is_label(std::string_view label) {
    if (label.empty() || label.size() > longest_label) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    return std::all_of(label.begin(), label.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x80 && (std::isalnum(byte) != 0 || c == '-' || c == '_');
    });
}

bool has_only_labels(std::string_view host) {
    while (true) {
        const std::size_t dot = host.find('.');
        if (!is_label(host.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        host.remove_prefix(dot + 1);
    }
}

std::string hint_for_host(std::string_view text) {
    if (text.find("://") != std::string_view::npos)
        return "only the host, without mqtts:// and path";
    const std::size_t colon = text.rfind(':');
    if (colon != std::string_view::npos && text.find(':') == colon)
        return "without the port: " + base::escaped(text.substr(0, colon));
    const bool ascii = std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80;
    });
    if (!ascii) return "a name with other letters is written as xn--… (idn2 converts it)";
    if (text.find('*') != std::string_view::npos)
        return "a wildcard is the whole first label: *.example.org";
    return "letters, digits, - and _ between dots; or an address";
}

} // namespace

std::string value_of(const Subject& subject, std::string_view field) {
    for (const SubjectPart& part : subject) {
        if (part.field == field) return part.value;
    }
    return {};
}

std::string to_text(const X509_name_st* name) {
    const BioPtr bio = writing_bio();
    if (!bio || X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253) < 0) return {};
    return text_of(bio.get());
}

Subject subject_of(const X509_name_st* name) {
    Subject subject;
    for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
        const X509_NAME_ENTRY* const entry = X509_NAME_get_entry(name, i);
        const ASN1_OBJECT* const object = X509_NAME_ENTRY_get_object(entry);
        const int known = OBJ_obj2nid(object);
        std::string field;
        if (known != NID_undef) {
            field = OBJ_nid2sn(known);
        } else {
            std::array<char, 128> dots{};
            const int size = OBJ_obj2txt(dots.data(), static_cast<int>(dots.size()), object, 1);
            if (size > 0) field = dots.data();
        }
        subject.push_back({std::move(field), text_of_string(X509_NAME_ENTRY_get_data(entry))});
    }
    return subject;
}

std::string problem_of_subject_value(std::string_view value) {
    if (value.empty()) return "it is empty";
    if (!base::is_valid_utf8(value)) return "it is not UTF-8";
    std::size_t characters = 0;
    for (std::string_view left = value; !left.empty(); ++characters) {
        const base::Utf8Character next = base::decode_utf8(left);
        if (next.code_point < U' ' || next.code_point == U'\x7F')
            return "it contains a control character";
        left.remove_prefix(next.size);
    }
    if (characters > longest_subject_value) {
        return "it has " + std::to_string(characters) + " characters, a certificate allows " +
               std::to_string(longest_subject_value);
    }
    return {};
}

std::string to_text(const AlternativeName& name) {
    switch (name.kind) {
    case NameKind::dns:
        return "DNS:" + name.value;
    case NameKind::address:
        return "IP:" + name.value;
    case NameKind::email:
        return "email:" + name.value;
    case NameKind::uri:
        return "URI:" + name.value;
    case NameKind::other:
        break;
    }
    return "other:" + name.value;
}

AlternativeName alternative_name_of(std::string_view text) {
    for (const NameKind kind : {NameKind::dns, NameKind::address, NameKind::email, NameKind::uri}) {
        const std::string prefix = to_text(AlternativeName{.kind = kind, .value = {}});
        if (text.starts_with(prefix))
            return {.kind = kind, .value = std::string(text.substr(prefix.size()))};
    }
    return {.kind = NameKind::other, .value = std::string(text)};
}

CryptoResult<AlternativeName> parse_host(std::string_view text) {
    std::string host(text);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    if (auto address = usual_address(host))
        return AlternativeName{.kind = NameKind::address, .value = std::move(*address)};
    if (host.ends_with('.')) host.pop_back();
    std::string_view labels = host;
    if (labels.starts_with("*.")) labels.remove_prefix(2);
    const bool looks_like_address =
        !labels.empty() && labels.find_first_not_of("0123456789.") == std::string_view::npos;
    if (host.size() > longest_host || !has_only_labels(labels) || looks_like_address) {
        return CryptoProblem{
            "it is no host name and no address (got " + base::in_quotes(text) + ")",
            hint_for_host(text)};
    }
    return AlternativeName{.kind = NameKind::dns, .value = std::move(host)};
}

std::vector<AlternativeName> names_of(const stack_st_GENERAL_NAME* names) {
    std::vector<AlternativeName> found;
    for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
        const GENERAL_NAME* const each = sk_GENERAL_NAME_value(names, i);
        int kind = 0;
        const void* const value = GENERAL_NAME_get0_value(each, &kind);
        const auto* const string = static_cast<const ASN1_STRING*>(value);
        if (kind == GEN_DNS) {
            found.push_back({NameKind::dns, raw_text_of(string)});
        } else if (kind == GEN_EMAIL) {
            found.push_back({NameKind::email, raw_text_of(string)});
        } else if (kind == GEN_URI) {
            found.push_back({NameKind::uri, raw_text_of(string)});
        } else if (kind == GEN_IPADD) {
            const auto size = static_cast<std::size_t>(ASN1_STRING_length(string));
            const auto text = address_text(ASN1_STRING_get0_data(string), size);
            found.push_back({NameKind::address, text.value_or("?")});
        } else {
            found.push_back({NameKind::other, "?"});
        }
    }
    return found;
}

} // namespace crypto
