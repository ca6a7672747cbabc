#include "common/crypto/tls/tls_names.hpp"

#include "common/base/bytes.hpp"
#include "common/base/escape.hpp"
#include "common/crypto/openssl_handle.hpp"

#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <new>
#include <string_view>

namespace crypto {

bool is_ip_address(const std::string& name) {
    const OpensslPtr<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> address(a2i_IPADDRESS(name.c_str())
    );
    return address != nullptr;
}

std::string names_of(const X509* certificate) {
    const OpensslPtr<GENERAL_NAMES, GENERAL_NAMES_free> names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)
    ));
    std::string text;
    const auto add = [&text](std::string_view name) {
        text += (text.empty() ? "" : ", ") + base::escaped(name);
    };
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
        const ASN1_STRING* const value =
            name->type == GEN_DNS || name->type == GEN_IPADD ? name->d.dNSName : nullptr;
        if (value == nullptr) continue;
        const base::Bytes bytes(
            ASN1_STRING_get0_data(value), static_cast<std::size_t>(ASN1_STRING_length(value))
        );
        if (name->type == GEN_DNS) {
            add(base::as_text(bytes));
        } else if (bytes.size() == 4 || bytes.size() == 16) {
            std::array<char, INET6_ADDRSTRLEN> address{};
            const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
            add(::inet_ntop(family, bytes.data(), address.data(), address.size()));
        }
    }
    return text;
}

std::string common_name_of(const X509* certificate) {
    const X509_NAME* const subject = X509_get_subject_name(certificate);
    const int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (index < 0) return {};
    const ASN1_STRING* const value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index));
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, value);
    if (size < 0) return {};
    std::string name(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
    OPENSSL_free(text);
    return name;
}

std::string subject_of(const X509* certificate) {
    const OpensslPtr<BIO, BIO_free_all> text(BIO_new(BIO_s_mem()));
    if (!text) throw std::bad_alloc();
    X509_NAME_print_ex(text.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
    char* data = nullptr;
    const long size = BIO_ctrl(text.get(), BIO_CTRL_INFO, 0, &data); // BIO_get_mem_data
    return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string{};
}

} // namespace crypto
