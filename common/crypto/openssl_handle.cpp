#include "common/crypto/openssl_handle.hpp"

#include <openssl/bn.h>
#include <openssl/crypto.h>

#include <ctime>
#include <limits>

namespace crypto {

namespace {

using BignumPtr = OpensslPtr<BIGNUM, BN_free>;

struct OpensslTextFree {
    void operator()(char* text) const { OPENSSL_free(text); }
};

} // namespace

BioPtr reading_bio(std::string_view text) {
    if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return nullptr;
    return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

BioPtr writing_bio() {
    return BioPtr(BIO_new(BIO_s_mem()));
}

std::string text_of(BIO* bio) {
    const char* data = nullptr;
    const long size = BIO_ctrl(bio, BIO_CTRL_INFO, 0, &data); // BIO_get_mem_data
    return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

TimePtr to_asn1(std::chrono::sys_seconds time) {
    return TimePtr(ASN1_TIME_set(nullptr, std::chrono::system_clock::to_time_t(time)));
}

std::optional<std::chrono::sys_seconds> to_time(const ASN1_TIME* time) {
    std::tm fields{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &fields) != 1) return std::nullopt;
    return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&fields)));
}

std::string to_hex(const ASN1_INTEGER* number) {
    const BignumPtr value(ASN1_INTEGER_to_BN(number, nullptr));
    if (!value) return {};
    const std::unique_ptr<char, OpensslTextFree> text(BN_bn2hex(value.get()));
    return text ? std::string(text.get()) : std::string();
}

IntegerPtr integer_of(const std::string& hex) {
    BIGNUM* read = nullptr;
    const int digits = BN_hex2bn(&read, hex.c_str());
    const BignumPtr value(read);
    if (!value || digits <= 0 || static_cast<std::size_t>(digits) != hex.size()) return nullptr;
    return IntegerPtr(BN_to_ASN1_INTEGER(value.get(), nullptr));
}

std::string to_hex(const unsigned char* bytes, std::size_t size) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr unsigned low = 0x0FU;
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        text += digits[bytes[i] >> 4U];
        text += digits[bytes[i] & low];
    }
    return text;
}

} // namespace crypto
