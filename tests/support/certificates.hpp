// Certificates for tests, made on the spot by OpenSSL: a CA and what it signs, as PEM files of a
// folder. Elliptic keys, so that it is quick. One thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

struct evp_pkey_st;
struct x509_st;

namespace support {

/// How one certificate differs from a usual one.
struct CertificateOptions {
    std::vector<std::string> names = {}; ///< alternative names: "DNS:localhost", "IP:127.0.0.1"
    long begins = -3600;                 ///< seconds from now
    long ends = 3600;                    ///< seconds from now
    std::string passphrase = {};         ///< of the key file
};

class TestCa {
public:
    TestCa(std::filesystem::path folder, const std::string& name);
    TestCa(const TestCa&) = delete;
    TestCa& operator=(const TestCa&) = delete;
    ~TestCa();

    /// The file of the CA's certificate.
    [[nodiscard]] std::string certificate_file() const { return path(name_ + ".crt"); }

    /// Makes FILE.crt and FILE.key with this Common Name.
    void issue(
        const std::string& file,
        const std::string& common_name,
        const CertificateOptions& options = {}
    );
    /// The file of a revocation list with those that were issued under these file names.
    [[nodiscard]] std::string revoke(const std::vector<std::string>& files) const;

    [[nodiscard]] std::string path(const std::string& file) const {
        return (folder_ / file).string();
    }

private:
    struct FreeKey {
        void operator()(evp_pkey_st* key) const;
    };

    struct FreeCertificate {
        void operator()(x509_st* certificate) const;
    };

    std::filesystem::path folder_;
    std::string name_;
    std::unique_ptr<evp_pkey_st, FreeKey> key_;
    std::unique_ptr<x509_st, FreeCertificate> certificate_;
    long serial_ = 1;
};

} // namespace support
