#include "common/crypto/tls/tls_context.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace crypto {

namespace {

class TlsContextTest : public testing::Test {
protected:
    TlsContextTest() {
        ca.issue("server", "localhost");
        ca.issue("other", "localhost");
    }

    /// "setting: message" of all problems, with the folder's path taken out.
    std::vector<std::string> problems(const TlsServerSettings& settings) {
        const auto context = TlsContext::for_server(settings);
        if (context) return {"none"};
        std::vector<std::string> texts;
        for (const TlsProblem& problem : context.error()) {
            std::string text =
                std::to_string(static_cast<int>(problem.setting)) + ": " + problem.message;
            const std::string path = ca.path("");
            for (auto at = text.find(path); at != std::string::npos; at = text.find(path))
                text.erase(at, path.size());
            texts.push_back(text);
        }
        return texts;
    }

    TlsServerSettings with(const std::string& certificate, const std::string& key) {
        TlsServerSettings settings;
        settings.key_pairs.push_back({ca.path(certificate), ca.path(key)});
        return settings;
    }

    void write(const std::string& file, const std::string& text) {
        std::ofstream(ca.path(file)) << text;
    }

    using List = std::vector<std::string>;
    test::TemporaryFolder folder;
    support::TestCa ca{folder.path(""), "ca"};
};

TEST_F(TlsContextTest, good_files_have_no_problems) {
    EXPECT_EQ(problems(with("server.crt", "server.key")), List{"none"});
}

TEST_F(TlsContextTest, every_file_that_cannot_be_read_is_told) {
    TlsServerSettings settings = with("no.crt", "no.key");
    settings.ca_file = ca.path("no_ca.crt");
    settings.ca_path = ca.path("no_folder");
    settings.crl_file = ca.path("no.crl");
    settings.require_certificate = true;
    EXPECT_EQ(
        problems(settings),
        (List{
            "2: \"no_ca.crt\": No such file or directory",
            "3: \"no_folder\" is not a readable directory",
            "4: \"no.crl\": No such file or directory",
            "0: \"no.crt\": No such file or directory",
            "1: \"no.key\": No such file or directory"})
    );
}

TEST_F(TlsContextTest, files_with_something_else_are_told) {
    write("empty", "");
    write("text", "not a certificate\n");
    EXPECT_EQ(problems(with("empty", "server.key")), List{"0: \"empty\": the file is empty"});
    EXPECT_EQ(
        problems(with("text", "server.key")),
        List{"0: \"text\" holds no usable certificate: no start line"}
    );
    EXPECT_EQ(problems(with("server.crt", "server.crt")).size(), 1U);
    EXPECT_EQ(problems(with("server.crt", "text")).size(), 1U);
    TlsServerSettings settings = with("server.crt", "server.key");
    settings.ca_file = ca.path("text");
    settings.crl_file = ca.certificate_file();
    settings.require_certificate = true;
    EXPECT_EQ(problems(settings).size(), 2U);
}

TEST_F(TlsContextTest, a_key_of_another_certificate_is_told) {
    EXPECT_EQ(
        problems(with("server.crt", "other.key")),
        List{"1: \"other.key\" is not the key of the certificate \"server.crt\""}
    );
}

TEST_F(TlsContextTest, an_encrypted_key_is_told_and_nobody_is_asked) {
    ca.issue("locked", "localhost", {.passphrase = "secret"});
    EXPECT_EQ(
        problems(with("locked.crt", "locked.key")),
        List{"1: \"locked.key\" is encrypted, and there is no pass phrase"}
    );
    TlsClientSettings client;
    client.key_pair = {ca.path("locked.crt"), ca.path("locked.key")};
    client.key_passphrase = SecretString(std::string_view("secret"));
    EXPECT_TRUE(TlsContext::for_client(client));
    client.key_passphrase = SecretString(std::string_view("wrong"));
    const auto wrong = TlsContext::for_client(client);
    ASSERT_FALSE(wrong);
    EXPECT_TRUE(wrong.error().front().message.ends_with(": wrong pass phrase"));
}

TEST_F(TlsContextTest, wrong_ciphers_are_told) {
    TlsServerSettings settings = with("server.crt", "server.key");
    settings.ciphers = "NONSENSE";
    settings.cipher_suites = "MORE";
    EXPECT_EQ(
        problems(settings),
        (List{"5: \"NONSENSE\" names no cipher", "6: \"MORE\" is no list of TLS 1.3 ciphers"})
    );
}

TEST_F(TlsContextTest, problems_of_a_second_certificate_name_it) {
    TlsServerSettings settings = with("server.crt", "server.key");
    settings.key_pairs.push_back({ca.path("other.crt"), ca.path("server.key")});
    const auto context = TlsContext::for_server(settings);
    ASSERT_FALSE(context);
    ASSERT_EQ(context.error().size(), 1U);
    EXPECT_EQ(context.error().front().index, 1U);
}

TEST_F(TlsContextTest, files_of_shared_keys_are_checked) {
    TlsServerSettings settings;
    settings.psk_file = ca.path("psk");
    const auto problem_of = [&](const std::string& text) {
        write("psk", text);
        return problems(settings).front();
    };
    EXPECT_EQ(problem_of("a:00\nb:1\n"), "none");
    EXPECT_EQ(problem_of("# nothing\n"), "7: \"psk\": no keys in it");
    EXPECT_EQ(
        problem_of("a:00\nnonsense\n"), "7: \"psk\": line 2: a line has the form IDENTITY:KEY"
    );
    EXPECT_EQ(
        problem_of("a:xy\n"), "7: \"psk\": line 1: the key has to be 1 to 256 bytes in hexadecimal"
    );
    EXPECT_EQ(
        problem_of("a:00\na:01\n"), "7: \"psk\": line 2: the identity \"a\" is there already"
    );
}

} // namespace

} // namespace crypto
