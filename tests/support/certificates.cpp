#include "tests/support/certificates.hpp"

#include "common/base/assert.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <utility>

namespace support {

namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

using FilePtr = std::unique_ptr<std::FILE, CloseFile>;

FilePtr open_file(const std::string& path, const char* mode) {
    FilePtr file(std::fopen(path.c_str(), mode));
    MIDGE_ASSERT(file != nullptr, "a test cannot open its file");
    return file;
}

void must(bool done) {
    MIDGE_ASSERT(done, "OpenSSL refuses to make a test's certificate");
}

X509* new_certificate(long serial, const std::string& common_name, EVP_PKEY* key) {
    X509* const certificate = X509_new();
    must(certificate != nullptr);
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
    X509_NAME* const name = X509_get_subject_name(certificate);
    const auto* text = reinterpret_cast<const unsigned char*>(common_name.data());
    must(
        X509_NAME_add_entry_by_txt(
            name, "CN", MBSTRING_UTF8, text, static_cast<int>(common_name.size()), -1, 0
        ) == 1
    );
    must(X509_set_pubkey(certificate, key) == 1);
    return certificate;
}

void add_extension(X509* certificate, int kind, const std::string& value) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    must(extension != nullptr);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

void write_certificate(const std::string& path, X509* certificate) {
    must(PEM_write_X509(open_file(path, "w").get(), certificate) == 1);
}

} // namespace

void TestCa::FreeKey::operator()(evp_pkey_st* key) const {
    EVP_PKEY_free(key);
}

void TestCa::FreeCertificate::operator()(x509_st* certificate) const {
    X509_free(certificate);
}

TestCa::TestCa(std::filesystem::path folder, const std::string& name)
    : folder_(std::move(folder)), name_(name), key_(EVP_EC_gen("P-256")) {
    certificate_.reset(new_certificate(serial_++, name, key_.get()));
    X509_gmtime_adj(X509_getm_notBefore(certificate_.get()), -86'400);
    X509_gmtime_adj(X509_getm_notAfter(certificate_.get()), 86'400);
    X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
    add_extension(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
    must(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0);
    write_certificate(certificate_file(), certificate_.get());
}

TestCa::~TestCa() = default;

void TestCa::issue(
    const std::string& file, const std::string& common_name, const CertificateOptions& options
) {
    const std::unique_ptr<EVP_PKEY, FreeKey> key(EVP_EC_gen("P-256"));
    const std::unique_ptr<X509, FreeCertificate> certificate(
        new_certificate(serial_++, common_name, key.get())
    );
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), options.begins);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), options.ends);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
    std::string names;
    for (const std::string& name : options.names)
        names += (names.empty() ? "" : ",") + name;
    if (!names.empty()) add_extension(certificate.get(), NID_subject_alt_name, names);
    must(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0);
    write_certificate(path(file + ".crt"), certificate.get());
    const FilePtr out = open_file(path(file + ".key"), "w");
    const bool encrypted = !options.passphrase.empty();
    must(
        PEM_write_PKCS8PrivateKey(
            out.get(),
            key.get(),
            encrypted ? EVP_aes_128_cbc() : nullptr,
            encrypted ? options.passphrase.data() : nullptr,
            static_cast<int>(options.passphrase.size()),
            nullptr,
            nullptr
        ) == 1
    );
}

std::string TestCa::revoke(const std::vector<std::string>& files) const {
    const std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> list(X509_CRL_new(), &X509_CRL_free);
    X509_CRL_set_version(list.get(), 1);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(certificate_.get()));
    const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> time(
        ASN1_TIME_new(), &ASN1_TIME_free
    );
    X509_gmtime_adj(time.get(), -60);
    X509_CRL_set1_lastUpdate(list.get(), time.get());
    for (const std::string& file : files) {
        const std::unique_ptr<X509, FreeCertificate> certificate(
            PEM_read_X509(open_file(path(file + ".crt"), "r").get(), nullptr, nullptr, nullptr)
        );
        X509_REVOKED* const entry = X509_REVOKED_new();
        X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(certificate.get()));
        X509_REVOKED_set_revocationDate(entry, time.get());
        X509_CRL_add0_revoked(list.get(), entry);
    }
    X509_gmtime_adj(time.get(), 86'400);
    X509_CRL_set1_nextUpdate(list.get(), time.get());
    must(X509_CRL_sign(list.get(), key_.get(), EVP_sha256()) > 0);
    const std::string file = path(name_ + ".crl");
    must(PEM_write_X509_CRL(open_file(file, "w").get(), list.get()) == 1);
    return file;
}

} // namespace support
