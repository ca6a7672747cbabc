#include "common/crypto/keyed_digest.hpp"

#include <gtest/gtest.h>

namespace {

TEST(keyed_digest, equal_texts_have_equal_digests_and_others_do_not) {
    base::FixedEntropy entropy(1);
    const crypto::KeyedDigest digest(entropy);
    EXPECT_EQ(digest.of("alice", "wonder"), digest.of("alice", "wonder"));
    EXPECT_NE(digest.of("alice", "wonder"), digest.of("alice", "Wonder"));
    EXPECT_NE(digest.of("alice", "wonder"), digest.of("alicew", "onder"));
    EXPECT_NE(digest.of("", ""), digest.of("", "a"));
}

TEST(keyed_digest, another_key_gives_other_digests) {
    base::FixedEntropy entropy(1);
    const crypto::KeyedDigest first(entropy);
    const crypto::KeyedDigest second(entropy);
    EXPECT_NE(first.of("alice", "wonder"), second.of("alice", "wonder"));
}

} // namespace
