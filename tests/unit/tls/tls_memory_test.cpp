// What an idle TLS connection keeps of OpenSSL, whose memory is counted from the start of the
// program: nothing, since a handshake that is over needs its keys only.
#include "common/crypto/tls/tls_filter.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/temporary_folder.hpp"

#include <openssl/crypto.h>

#include <gtest/gtest.h>
#include <malloc.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <vector>

namespace crypto {

namespace {

std::size_t in_use = 0;

void* count_in(void* block) {
    if (block != nullptr) in_use += malloc_usable_size(block);
    return block;
}

void* take(std::size_t size, const char*, int) {
    return count_in(std::malloc(size));
}

void give_back(void* block, const char*, int) {
    if (block != nullptr) in_use -= malloc_usable_size(block);
    std::free(block);
}

void* resize(void* block, std::size_t size, const char*, int) {
    if (block != nullptr) in_use -= malloc_usable_size(block);
    return count_in(std::realloc(block, size));
}

const bool counting = CRYPTO_set_mem_functions(&take, &resize, &give_back) == 1;

std::size_t bytes_of_one(const TlsServerSettings& server, const TlsClientSettings& client) {
    const auto server_side = *TlsContext::for_server(server);
    const auto client_side = *TlsContext::for_client(client);
    constexpr std::size_t count = 50;
    std::vector<std::unique_ptr<TlsFilter>> kept;
    std::size_t before = 0;
    for (std::size_t i = 0; i <= count; ++i) {
        if (i == 1) before = in_use; // the first one makes what all share
        kept.push_back(std::make_unique<TlsFilter>(server_side));
        TlsFilter peer(client_side, "localhost");
        base::ByteBuffer to_server;
        base::ByteBuffer to_client;
        base::ByteBuffer plain;
        peer.start(to_server);
        for (int round = 0; round < 3; ++round) {
            kept.back()->receive(std::exchange(to_server, {}), plain, to_client);
            peer.receive(std::exchange(to_client, {}), plain, to_server);
        }
        EXPECT_EQ(kept.back()->state(), base::ByteFilter::State::open) << kept.back()->error();
        peer.send(base::as_bytes("ping"), to_server);
        kept.back()->receive(to_server, plain, to_client);
        kept.back()->send(base::as_bytes("pong"), to_client);
    }
    return (in_use - before) / count;
}

class TlsMemoryTest : public testing::Test {
protected:
    TlsMemoryTest() {
        ca.issue("server", "localhost", {.names = {"DNS:localhost"}});
        ca.issue("client", "client");
        server.key_pairs.push_back({ca.path("server.crt"), ca.path("server.key")});
        client.ca_file = ca.certificate_file();
    }

    test::TemporaryFolder folder;
    support::TestCa ca{folder.path(""), "ca"};
    TlsServerSettings server;
    TlsClientSettings client;
};

TEST_F(TlsMemoryTest, an_idle_connection_keeps_nothing_of_openssl) {
    ASSERT_TRUE(counting);
    EXPECT_GT(in_use, 1'000U) << "nothing was counted";
    EXPECT_EQ(bytes_of_one(server, client), 0U);
}

// OpenSSL's session holds the client's certificate and its key in computing form.
TEST_F(TlsMemoryTest, a_client_certificate_is_not_kept_either) {
    ASSERT_TRUE(counting);
    server.require_certificate = true;
    server.ca_file = ca.certificate_file();
    client.key_pair = {ca.path("client.crt"), ca.path("client.key")};
    EXPECT_EQ(bytes_of_one(server, client), 0U);
}

} // namespace

} // namespace crypto
