#include "common/base/entropy.hpp"

#include <gtest/gtest.h>

TEST(Entropy, the_same_seed_gives_the_same_sequence) {
    base::FixedEntropy a(7);
    base::FixedEntropy b(7);
    EXPECT_EQ(a.next(), b.next());
    EXPECT_EQ(a.next(), b.next());
    EXPECT_NE(a.next(), base::FixedEntropy(8).next());
}

TEST(Entropy, a_uuid_has_36_characters_version_4_and_differs_each_time) {
    base::SystemEntropy entropy;
    const std::string first = base::random_uuid(entropy);
    ASSERT_EQ(first.size(), 36U);
    EXPECT_EQ(first[8], '-');
    EXPECT_EQ(first[14], '4');
    EXPECT_NE(first, base::random_uuid(entropy));
}
