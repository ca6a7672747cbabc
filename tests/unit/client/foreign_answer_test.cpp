#include "common/client/foreign_answer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace client {
namespace {

using base::TransportTrouble;

TransportTrouble trouble_of(const std::string& first) {
    const auto failure = foreign_answer(base::as_bytes(first));
    return failure ? failure->trouble : TransportTrouble::none;
}

TEST(ForeignAnswer, TLS_and_HTTP_are_recognized) {
    EXPECT_EQ(trouble_of("\x15\x03\x01"), TransportTrouble::tls_expected);
    EXPECT_EQ(trouble_of("HTTP/1.1 400 Bad Request"), TransportTrouble::http_expected);
    EXPECT_EQ(trouble_of(std::string("\x20\x02\0\0", 4)), TransportTrouble::none);
    EXPECT_EQ(trouble_of(""), TransportTrouble::none);
    EXPECT_EQ(trouble_of("SSH-2.0"), TransportTrouble::none);
}

} // namespace
} // namespace client
